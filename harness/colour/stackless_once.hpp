// SPDX-License-Identifier: Apache-2.0
// Go's Once in the stackless colour: call() is to be awaited.
//
// What is done already costs one load. Else a coroutine runs the function or waits for its end, because
// the function itself may park.
#pragma once

#include <concepts>
#include <coroutine>
#include <optional>
#include <type_traits>
#include <utility>

#include "harness/colour/park_stackless.hpp"
#include "harness/colour/task.hpp"
#include "harness/portable/once_core.hpp"

namespace gauntlet {

template <class R>
class PortableOnce {
  using Core = OnceCore<R>;

 public:
  template <class F>
  class [[nodiscard("AWAIT it")]] Call {
   public:
    Call(Core& core, F&& function) : core_(core), function_(std::move(function)) {}
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    bool await_ready() const { return core_.is_done(); }
    void await_suspend(std::coroutine_handle<> caller) {
      turn_.emplace(take_turn(core_, body_of(function_)));
      std::move(*turn_).operator co_await().await_suspend(caller);
    }
    void await_resume() {
      if (turn_) std::move(*turn_).operator co_await().await_resume();  // Throws what it threw.
    }

   private:
    Core& core_;
    F function_;
    std::optional<Task> turn_;
  };

  /// Calls `function` if nobody has; returns when that one call is over. It may be a plain callable or
  /// one that returns a Task. What it throws goes to the caller that ran it, and counts as done.
  template <class F>
  Call<std::decay_t<F>> call(F function) {
    return Call<F>(core_, std::move(function));
  }

 private:
  class Wait {
   public:
    Wait(Core& core, Waiter<R>& self) : core_(core), self_(self) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
      park<R>(core_, self_, waiter, {WaitFor::kOnce, &core_});
    }
    void await_resume() const noexcept {}

   private:
    Core& core_;
    Waiter<R>& self_;
  };

  struct Turn {
    explicit Turn(Core& held) : core(held) {}
    ~Turn() { core.finish(); }
    Core& core;
  };

  /// The function without its type: a coroutine that held a type of the caller's would not link for g++.
  struct Body {
    void* function;
    void (*call)(void* function);       // Null if it returns a Task:
    Task (*call_task)(void* function);  // then this.
  };

  template <class F>
  static Body body_of(F& function) {
    if constexpr (std::same_as<std::invoke_result_t<F&>, Task>)
      return {&function, nullptr, [](void* held) { return (*static_cast<F*>(held))(); }};
    else
      return {&function, [](void* held) { (*static_cast<F*>(held))(); }, nullptr};
  }

  static Task take_turn(Core& core, Body body) {
    Waiter<R> self;
    const OnceTurn turn = core.start(self);
    if (turn == OnceTurn::kWait) co_await Wait(core, self);
    if (turn == OnceTurn::kMine) {
      const Turn ends(core);
      if (body.call != nullptr)
        body.call(body.function);
      else
        co_await body.call_task(body.function);
    }
  }

  Core core_;
};

}  // namespace gauntlet
