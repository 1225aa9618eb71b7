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

/// What go() and run() take: a callable that returns the goroutine's Task, or one that never parks.
template <class F>
concept GoroutineBody = std::same_as<std::invoke_result_t<std::decay_t<F>&>, Task> ||
                        std::is_void_v<std::invoke_result_t<std::decay_t<F>&>>;

/// A goroutine that the runtime has not seen yet.
struct Started {
  std::coroutine_handle<> coroutine;
  const void* closure = nullptr;  ///< Where its captures lie; null: in its frame, or nowhere.
  std::size_t closure_bytes = 0;
};

template <class R, class F>
class Closure final : public Epilogue {
  static_assert(alignof(F) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__, "over-aligned captures");
  static_assert(GoroutineBody<F>, "a goroutine is a callable that returns Task or void");

 public:
  /// Calls a copy of `body` that lives as long as the coroutine it returns.
  template <class G>
  static Started start(G&& body) {
    if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
      return {call_once(std::forward<G>(body)).release_as_goroutine(&ended_)};
    } else if constexpr (std::is_empty_v<F> && std::is_trivially_copyable_v<F>) {
      // Nothing captured: the coroutine has a pointer to no bytes, and never follows it.
      return {std::forward<G>(body)().release_as_goroutine(&ended_)};
    } else {
      auto* closure = new Closure(std::forward<G>(body));
      try {
        return {closure->body_().release_as_goroutine(closure), closure, sizeof(Closure)};
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

  /// Keeps the callable in the coroutine's own frame, as a parameter.
  static Task call_once(F plain) {
    plain();
    co_return;
  }

  static void finish(Epilogue* self) noexcept {
    delete static_cast<Closure*>(self);
    R::ended();
  }

  static inline constinit Epilogue ended_{
      [](Epilogue*) noexcept { R::ended(); }};  // Closes nothing.

  F body_;
};

}  // namespace gauntlet
