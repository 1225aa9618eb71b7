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

 public:
  using Lock = Locking<R, Core, &Core::try_lock, &Core::start_lock>;
  using RLock = Locking<R, Core, &Core::try_rlock, &Core::start_rlock>;

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
