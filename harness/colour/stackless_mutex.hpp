// SPDX-License-Identifier: Apache-2.0
// Go's Mutex in the stackless colour: lock() is to be awaited.
//
// A woken locker may lose against one that is running and must park again, and one co_await parks
// once. So a free mutex is locked in the awaiter, and only a taken one costs a coroutine that tries
// until it holds.
#pragma once

#include <coroutine>
#include <optional>

#include "harness/colour/task.hpp"
#include "harness/portable/mutex_core.hpp"

namespace gauntlet {

template <class R>
class PortableMutex {
  using Core = MutexCore<R>;

 public:
  class [[nodiscard("AWAIT it")]] Lock {
   public:
    explicit Lock(Core& core) : core_(core) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    bool await_ready() { return core_.try_lock(); }
    void await_suspend(std::coroutine_handle<> locker) {
      contest_.emplace(contend(core_));
      std::move(*contest_).operator co_await().await_suspend(locker);
    }
    void await_resume() const noexcept {}

   private:
    Core& core_;
    std::optional<Task> contest_;
  };

  Lock lock() { return Lock(core_); }
  bool try_lock() { return core_.try_lock(); }
  void unlock() { core_.unlock(); }

 private:
  using Locker = typename Core::Locker;

  /// One attempt: true when it took the mutex, or had it handed over.
  class Attempt {
   public:
    Attempt(Core& core, Locker& self) : core_(core), self_(self) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    bool await_ready() { return taken_ = core_.start_lock(self_); }
    void await_suspend(std::coroutine_handle<> locker) { core_.stay_parked(self_, locker); }
    bool await_resume() const { return taken_ || self_.ok; }

   private:
    Core& core_;
    Locker& self_;
    bool taken_ = false;
  };

  static Task contend(Core& core) {
    Locker self;
    for (;;) {
      const bool locked = co_await Attempt(core, self);
      if (locked) break;
    }
  }

  Core core_;
};

}  // namespace gauntlet
