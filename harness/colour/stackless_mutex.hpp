// SPDX-License-Identifier: Apache-2.0
// Go's Mutex in the stackless colour: lock() is to be awaited.
//
// A woken locker may lose against one that is running and must park again, and one co_await parks
// once. So a free mutex is locked in the awaiter, and only a taken one costs a coroutine that tries
// until it holds.
#pragma once

#include <coroutine>
#include <optional>

#include "harness/colour/park_stackless.hpp"
#include "harness/colour/task.hpp"
#include "harness/portable/lock_holder.hpp"
#include "harness/portable/mutex_core.hpp"

namespace gauntlet {

template <class R>
class PortableMutex {
  using Core = MutexCore<R>;

 public:
  class [[nodiscard("AWAIT it")]] Lock {
   public:
    explicit Lock(PortableMutex& mutex) : mutex_(mutex) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    bool await_ready() { return mutex_.core_.try_lock(); }
    void await_suspend(std::coroutine_handle<> locker) {
      contest_.emplace(contend(mutex_));
      std::move(*contest_).operator co_await().await_suspend(locker);
    }
    void await_resume() const { mutex_.holder_.is_me(); }

   private:
    PortableMutex& mutex_;
    std::optional<Task> contest_;
  };

  Lock lock() { return Lock(*this); }
  bool try_lock() {
    const bool taken = core_.try_lock();
    if (taken) holder_.is_me();
    return taken;
  }
  void unlock() {
    holder_.is_nobody();
    core_.unlock();
  }

 private:
  using Locker = typename Core::Locker;

  /// One attempt: true when it took the mutex, or had it handed over.
  class Attempt {
   public:
    Attempt(PortableMutex& mutex, Locker& self) : mutex_(mutex), self_(self) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    bool await_ready() { return taken_ = mutex_.core_.start_lock(self_); }
    void await_suspend(std::coroutine_handle<> locker) {
      park<R>(mutex_.core_, self_, locker,
              {WaitFor::kMutex, &mutex_, 0, mutex_.holder_.address()});
    }
    bool await_resume() const { return taken_ || self_.ok; }

   private:
    PortableMutex& mutex_;
    Locker& self_;
    bool taken_ = false;
  };

  static Task contend(PortableMutex& mutex) {
    Locker self;
    for (;;) {
      const bool locked = co_await Attempt(mutex, self);
      if (locked) break;
    }
  }

  Core core_;
  [[no_unique_address]] MaybeLockHolder holder_;
};

}  // namespace gauntlet
