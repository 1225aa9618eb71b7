// SPDX-License-Identifier: Apache-2.0
// A runtime whose goroutines are on record: R's verbs, each with a note in the census. Stackless colour.
//
// R sees one coroutine per goroutine, the shell. Whenever R continues it, the shell says whose turn it is
// (the thread-local in the census) and passes on to the coroutine that the goroutine stands in. So no
// awaiter and no promise has to remember the record, whichever coroutine of a goroutine parks.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <source_location>
#include <utility>

#include "harness/colour/frame_pool.hpp"
#include "harness/contract/runtime.hpp"
#include "harness/contract/trampoline.hpp"
#include "harness/portable/census.hpp"

namespace gauntlet {

/// Where a goroutine comes from.
struct Origin {
  std::source_location site = std::source_location::current();
  bool is_root = false;
  const void* closure = nullptr;  ///< Where its captures lie until it ends; null: not known.
  std::size_t closure_bytes = 0;
};

template <class R>
struct Recorded : R {
  static constexpr bool is_recorded = true;

 private:
  class Shell;

 public:
  /// What a waker needs. Made from the coroutine that parks, by the goroutine itself: see park() in
  /// colour/stackless.hpp.
  class Handle {
   public:
    Handle() = default;
    explicit Handle(std::coroutine_handle<> innermost) : shell_(Shell::running(innermost)) {
      shell_->parks();
    }
    explicit operator bool() const { return shell_ != nullptr; }

   private:
    friend struct Recorded;
    Shell* shell_ = nullptr;
  };

  static void run(const RunConfig& config, std::coroutine_handle<> root, Origin origin = {}) {
    Census::begin_run();
    origin.is_root = true;
    R::run(config, shell_around(root, origin).handle);
  }

  static void go(std::coroutine_handle<> goroutine, Origin origin = {}) {
    R::go(shell_around(goroutine, origin).handle);
  }

  static void yield(std::coroutine_handle<> innermost) {
    const auto handle = Shell::running(innermost)->handle();
    Census::set_current(nullptr);  // As in is_parked(), and before it can run elsewhere.
    R::yield(handle);
  }

  static void resume(Handle handle) {
    handle.shell_->is_woken();
    Census::one_more_busy();  // Before it runs, and may park again.
    R::resume(handle.shell_->handle());
  }

  /// After the handle was published: the goroutine may run, and end, already. This thread is in none
  /// now. It may outlive them all: whoever calls run() again on it would start a child of a record
  /// that is gone.
  static void is_parked() {
    Census::set_current(nullptr);
    Census::one_less_busy();
  }

  static void ended() {
    auto* shell = static_cast<Shell*>(Census::current());
    Census::set_current(nullptr);
    Census::leave(*shell);
    shell->handle().destroy();
    R::ended();
  }

 private:
  /// The record, and the promise of the coroutine around the goroutine's own.
  class Shell final : public GoroutineRecord {
   public:
    struct Started {
      using promise_type = Shell;
      std::coroutine_handle<> handle;
    };

    Shell(std::coroutine_handle<> body, const Origin& origin)
        : GoroutineRecord(origin.site, origin.is_root), innermost_(body) {
      has_closure(origin.closure, origin.closure_bytes);
      Census::enter(*this);
    }

    /// Of the goroutine that calls, which is about to suspend in `innermost`.
    static Shell* running(std::coroutine_handle<> innermost) {
      auto* shell = static_cast<Shell*>(Census::current());
      shell->innermost_ = innermost;
      return shell;
    }
    std::coroutine_handle<> handle() { return std::coroutine_handle<Shell>::from_promise(*this); }

    Started get_return_object() { return {handle()}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }  // Nothing in it throws.

    /// Says whose turn it is; the trampoline's loop goes on with the goroutine itself.
    struct Turn {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<Shell> coroutine) const noexcept {
        Shell& shell = coroutine.promise();
        Census::set_current(&shell);
        shell.runs();
        Trampoline::continue_with(shell.innermost_);
      }
      void await_resume() const noexcept {}
    };

    static void* operator new(std::size_t bytes) { return FramePool::allocate(bytes); }
    static void operator delete(void* frame, std::size_t bytes) noexcept {
      FramePool::release(frame, bytes);
    }

   private:
    std::coroutine_handle<> innermost_;
  };

  /// `origin` goes to the promise; the coroutine itself does not use it.
  static typename Shell::Started shell_around(std::coroutine_handle<>, const Origin&) {
    for (;;) co_await typename Shell::Turn{};
  }
};

}  // namespace gauntlet
