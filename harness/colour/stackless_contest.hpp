// SPDX-License-Identifier: Apache-2.0
// How a lock is waited for in the stackless colour: a woken locker may lose against one that is running and must
// park again, but one co_await parks once. So a free lock is taken in the awaiter, and only a taken one costs a
// coroutine that tries until it holds.
#pragma once

#include <coroutine>
#include <optional>

#include "harness/colour/park_stackless.hpp"
#include "harness/colour/task.hpp"
#include "harness/portable/wait_reason.hpp"

namespace gauntlet {

/// How a Core is locked, e.g. for writing: kTry never waits, kStart queues the locker that it is given.
template <class R, class Core, bool (Core::*kTry)(), bool (Core::*kStart)(typename Core::Locker&)>
class [[nodiscard("AWAIT it")]] Locking {
 public:
  Locking(Core& core, const WaitReason& reason) : core_(core), reason_(reason) {}
  Locking(const Locking&) = delete;
  Locking& operator=(const Locking&) = delete;

  bool await_ready() { return (core_.*kTry)(); }
  void await_suspend(std::coroutine_handle<> locker) {
    contest_.emplace(contend(core_, reason_));
    std::move(*contest_).operator co_await().await_suspend(locker);
  }
  void await_resume() const noexcept {}

 private:
  using Locker = typename Core::Locker;

  /// One attempt: true when it took the lock, or had it handed over.
  class Attempt {
   public:
    Attempt(Core& core, Locker& self, const WaitReason& reason) : core_(core), self_(self), reason_(reason) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    bool await_ready() { return taken_ = (core_.*kStart)(self_); }
    void await_suspend(std::coroutine_handle<> locker) { park<R>(core_, self_, locker, reason_); }
    bool await_resume() const { return taken_ || self_.ok; }

   private:
    Core& core_;
    Locker& self_;
    const WaitReason& reason_;
    bool taken_ = false;
  };

  static Task contend(Core& core, WaitReason reason) {
    Locker self;
    for (;;) {
      const bool locked = co_await Attempt(core, self, reason);
      if (locked) break;
    }
  }

  Core& core_;
  WaitReason reason_;
  std::optional<Task> contest_;
};

}  // namespace gauntlet
