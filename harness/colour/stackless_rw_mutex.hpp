// SPDX-License-Identifier: Apache-2.0
// Go's RWMutex in the stackless colour: lock() and rlock() are to be awaited.
#pragma once

#include "harness/colour/stackless_contest.hpp"
#include "harness/portable/rw_mutex_core.hpp"

namespace gauntlet {

/// Many readers or one writer. Not recursive: a reader that waits for a second lock may wait behind a
/// writer that waits for the first.
template <class R>
class PortableRWMutex {
  using Core = RwMutexCore<R>;
  using Locker = typename Core::Locker;

  struct Write {
    static bool try_now(Core& core) { return core.try_lock(); }
    static bool start(Core& core, Locker& self) { return core.start_lock(self); }
  };
  struct Read {
    static bool try_now(Core& core) { return core.try_rlock(); }
    static bool start(Core& core, Locker& self) { return core.start_rlock(self); }
  };

 public:
  using Lock = Locking<R, Core, Write>;
  using RLock = Locking<R, Core, Read>;

  Lock lock() { return Lock(core_, {WaitFor::kWriteLock, &core_}); }
  RLock rlock() { return RLock(core_, {WaitFor::kReadLock, &core_}); }
  bool try_lock() { return core_.try_lock(); }
  bool try_rlock() { return core_.try_rlock(); }
  void unlock() { core_.unlock(); }
  void runlock() { core_.runlock(); }

 private:
  Core core_;
};

}  // namespace gauntlet
