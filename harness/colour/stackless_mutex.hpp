// SPDX-License-Identifier: Apache-2.0
// Go's Mutex in the stackless colour: lock() is to be awaited.
#pragma once

#include "harness/colour/stackless_contest.hpp"
#include "harness/portable/lock_holder.hpp"
#include "harness/portable/mutex_core.hpp"

namespace gauntlet {

template <class R>
class PortableMutex {
  using Core = MutexCore<R>;
  using UntilLocked = Locking<R, Core, &Core::try_lock, &Core::start_lock>;

 public:
  class [[nodiscard("AWAIT it")]] Lock : public UntilLocked {
   public:
    explicit Lock(PortableMutex& mutex)
        : UntilLocked(mutex.core_, {WaitFor::kMutex, &mutex, 0, mutex.holder_.address()}), mutex_(mutex) {}
    void await_resume() const { mutex_.holder_.is_me(); }

   private:
    PortableMutex& mutex_;
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
  Core core_;
  [[no_unique_address]] MaybeLockHolder holder_;
};

}  // namespace gauntlet
