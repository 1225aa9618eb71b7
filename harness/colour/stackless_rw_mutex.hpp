// SPDX-License-Identifier: Apache-2.0
// Go's RWMutex in the stackless colour: lock() and rlock() are to be awaited.
#pragma once

#include <coroutine>

#include "harness/colour/park_stackless.hpp"
#include "harness/portable/rw_mutex_core.hpp"

namespace gauntlet {

/// Many readers or one writer. Not recursive: a reader that waits for a second lock may wait behind a
/// writer that waits for the first.
template <class R>
class PortableRWMutex {
  using Core = RwMutexCore<R>;

  template <bool (Core::*kStart)(Waiter<R>&), WaitFor kReason>
  class [[nodiscard("AWAIT it")]] Locking {
   public:
    explicit Locking(Core& core) : core_(core) {}
    Locking(const Locking&) = delete;
    Locking& operator=(const Locking&) = delete;

    bool await_ready() { return (core_.*kStart)(self_); }
    void await_suspend(std::coroutine_handle<> locker) {
      park<R>(core_, self_, locker, {kReason, &core_});
    }
    void await_resume() const noexcept {}

   private:
    Core& core_;
    Waiter<R> self_;
  };

 public:
  using Lock = Locking<&Core::start_lock, WaitFor::kWriteLock>;
  using RLock = Locking<&Core::start_rlock, WaitFor::kReadLock>;

  Lock lock() { return Lock(core_); }
  RLock rlock() { return RLock(core_); }
  bool try_lock() { return core_.try_lock(); }
  bool try_rlock() { return core_.try_rlock(); }
  void unlock() { core_.unlock(); }
  void runlock() { core_.runlock(); }

 private:
  Core core_;
};

}  // namespace gauntlet
