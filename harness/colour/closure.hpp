// SPDX-License-Identifier: Apache-2.0
// The callable behind a goroutine, kept until the goroutine has ended.
//
// A lambda coroutine holds a pointer to its closure, not the captures. `go([x]() -> Task {...})`
// passes a closure that dies at the semicolon: every later use of x would read freed memory. So
// go() moves it to a node of its own, calls it there, and the last act of the goroutine is to end
// the node.
#pragma once

#include <concepts>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

#include "harness/colour/frame_pool.hpp"
#include "harness/colour/task.hpp"

namespace gauntlet {

/// A callable that makes the Task of a goroutine.
template <class F>
concept GoroutineBody = std::same_as<std::invoke_result_t<std::decay_t<F>&>, Task>;

template <class R, class F>
class Closure final : public Epilogue {
  static_assert(alignof(F) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__, "over-aligned captures");

 public:
  /// Calls a copy of `body` that lives as long as the coroutine it returns.
  template <class G>
  static std::coroutine_handle<> start(G&& body) {
    if constexpr (std::is_empty_v<F> && std::is_trivially_copyable_v<F>) {
      // Nothing captured: any object of the type does, and one that is never written can be shared.
      static constinit Epilogue count{[](Epilogue*) noexcept { R::ended(); }};
      return std::forward<G>(body)().release_as_goroutine(&count);
    } else {
      auto* closure = new Closure(std::forward<G>(body));
      try {
        return closure->body_().release_as_goroutine(closure);
      } catch (...) {
        delete closure;
        throw;
      }
    }
  }

  static void* operator new(std::size_t bytes) { return FramePool::allocate(bytes); }
  static void operator delete(void* node, std::size_t bytes) noexcept {
    FramePool::release(node, bytes);
  }

 private:
  template <class G>
  explicit Closure(G&& body) : Epilogue{&Closure::finish}, body_(std::forward<G>(body)) {}

  static void finish(Epilogue* self) noexcept {
    delete static_cast<Closure*>(self);
    R::ended();
  }

  F body_;
};

}  // namespace gauntlet
