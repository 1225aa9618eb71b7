// SPDX-License-Identifier: Apache-2.0
// Go's RWMutex, Once and Cond in the blocking colour.
#pragma once

#include <utility>

#include "harness/colour/park.hpp"
#include "harness/portable/cond_core.hpp"
#include "harness/portable/once_core.hpp"
#include "harness/portable/rw_mutex_core.hpp"

namespace gauntlet {

template <class R>
class PortableMutex;

/// Many readers or one writer. Not recursive: a reader that waits for a second lock may wait behind a
/// writer that waits for the first.
template <class R>
class PortableRWMutex {
 public:
  GAUNTLET_NO_FRAME void lock() {
    if (core_.try_lock()) return;
    Locker self;  // `ok`: handed over while it was parked.
    while (!self.ok && !core_.start_lock(self)) park<R>(core_, self, {WaitFor::kWriteLock, &core_});
  }
  GAUNTLET_NO_FRAME void rlock() {
    if (core_.try_rlock()) return;
    Locker self;
    while (!self.ok && !core_.start_rlock(self)) park<R>(core_, self, {WaitFor::kReadLock, &core_});
  }
  bool try_lock() { return core_.try_lock(); }
  bool try_rlock() { return core_.try_rlock(); }
  void unlock() { core_.unlock(); }
  void runlock() { core_.runlock(); }

 private:
  using Locker = typename RwMutexCore<R>::Locker;

  RwMutexCore<R> core_;
};

template <class R>
class PortableOnce {
 public:
  /// Calls `function` if nobody has; returns when that one call is over. What it throws goes to the
  /// caller that ran it, and counts as done.
  template <class F>
  void call(F&& function) {
    Waiter<R> self;
    switch (core_.start(self)) {
      case OnceTurn::kDone:
        return;
      case OnceTurn::kWait:
        park<R>(core_, self, {WaitFor::kOnce, &core_});
        return;
      case OnceTurn::kMine:
        const Turn turn(core_);
        std::forward<F>(function)();
    }
  }

 private:
  struct Turn {
    explicit Turn(OnceCore<R>& held) : core(held) {}
    ~Turn() { core.finish(); }
    OnceCore<R>& core;
  };

  OnceCore<R> core_;
};

template <class R>
class PortableCond {
 public:
  explicit PortableCond(PortableMutex<R>& mutex) : mutex_(mutex) {}

  /// Precondition: the caller holds the mutex. Unlocks it, waits for a signal, locks it again. Call it
  /// in a loop that looks at what is waited for.
  void wait() {
    typename CondCore<R>::Sleeper self;
    core_.draw(self);
    mutex_.unlock();
    if (!core_.start_wait(self)) park<R>(core_, self, {WaitFor::kCond, &core_});
    mutex_.lock();
  }

  void signal() { core_.signal(); }
  void broadcast() { core_.broadcast(); }

 private:
  PortableMutex<R>& mutex_;
  CondCore<R> core_;
};

}  // namespace gauntlet
