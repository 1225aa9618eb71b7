// SPDX-License-Identifier: Apache-2.0
// Go's Cond in the stackless colour: wait() is to be awaited.
#pragma once

#include <coroutine>

#include "harness/colour/park_stackless.hpp"
#include "harness/colour/stackless_mutex.hpp"
#include "harness/colour/task.hpp"
#include "harness/portable/cond_core.hpp"

namespace gauntlet {

template <class R>
class PortableCond {
  using Core = CondCore<R>;
  using Sleeper = typename Core::Sleeper;

 public:
  explicit PortableCond(PortableMutex<R>& mutex) : mutex_(mutex) {}

  /// Precondition: the caller holds the mutex. Unlocks it, waits for a signal, locks it again. Await it
  /// in a loop that looks at what is waited for.
  Task wait() {
    Sleeper self;
    core_.draw(self);
    mutex_.unlock();
    co_await Park(core_, self);
    co_await mutex_.lock();
  }

  void signal() { core_.signal(); }
  void broadcast() { core_.broadcast(); }

 private:
  class Park {
   public:
    Park(Core& core, Sleeper& self) : core_(core), self_(self) {}
    bool await_ready() { return core_.start_wait(self_); }
    void await_suspend(std::coroutine_handle<> waiter) {
      park<R>(core_, self_, waiter, {WaitFor::kCond, &core_});
    }
    void await_resume() const noexcept {}

   private:
    Core& core_;
    Sleeper& self_;
  };

  PortableMutex<R>& mutex_;
  Core core_;
};

}  // namespace gauntlet
