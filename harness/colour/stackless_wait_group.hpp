// SPDX-License-Identifier: Apache-2.0
// Go's WaitGroup in the stackless colour: wait() is to be awaited.
#pragma once

#include <coroutine>
#include <cstdint>

#include "harness/colour/park_stackless.hpp"
#include "harness/portable/wait_group_core.hpp"

namespace gauntlet {

template <class R>
class PortableWaitGroup {
 public:
  explicit PortableWaitGroup(std::int64_t count = 0) : core_(count) {}
  void add(std::int64_t delta) { core_.add(delta); }
  void done() { core_.done(); }

  class [[nodiscard("AWAIT it")]] Wait {
   public:
    explicit Wait(WaitGroupCore<R>& core) : core_(core) {}
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

    bool await_ready() { return core_.start_wait(self_); }
    void await_suspend(std::coroutine_handle<> waiter) {
      park<R>(core_, self_, waiter, {WaitFor::kWaitGroup, &core_});
    }
    void await_resume() const noexcept {}

   private:
    WaitGroupCore<R>& core_;
    Waiter<R> self_;
  };

  /// Waits until the counter is 0.
  Wait wait() { return Wait(core_); }

 private:
  WaitGroupCore<R> core_;
};

}  // namespace gauntlet
