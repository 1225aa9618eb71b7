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

  struct Way {
    static bool try_now(Core& core) { return core.try_lock(); }
    static bool start(Core& core, typename Core::Locker& self) { return core.start_lock(self); }
  };

 public:
  class [[nodiscard("AWAIT it")]] Lock : public Locking<R, Core, Way> {
   public:
    explicit Lock(PortableMutex& mutex)
        : Locking<R, Core, Way>(mutex.core_, {WaitFor::kMutex, &mutex, 0, mutex.holder_.address()}),
          mutex_(mutex) {}
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
