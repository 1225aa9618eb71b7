// SPDX-License-Identifier: Apache-2.0
// A mutex that parks goroutines. After Go's sync.Mutex; rules M1, M2 and M6 (try_lock).
//
// State: 0 free, 1 locked, 2 locked and somebody may wait. An unlock in state 2 wakes the longest waiter,
// which competes with goroutines that are running (they are faster: no convoy). If it loses, it goes back
// to the front of the queue, and the next unlock gives it the mutex outright: one lost race at most.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "harness/contract/panic.hpp"
#include "harness/contract/race_detector.hpp"
#include "harness/portable/biased_atomic.hpp"
#include "harness/portable/spin_lock.hpp"
#include "harness/portable/wait_place.hpp"
#include "harness/portable/waiter.hpp"

namespace gauntlet {

/// Atomics: see BasicSpinLock.
template <class R, class Atomics = ObjectAtomics<R>>
class MutexCore final : public WaitPlace {
 public:
  /// `ok` after a resume: the mutex was handed over. Otherwise call start_lock() again.
  struct Locker : Waiter<R> {
    bool lost_once = false;
  };

  MutexCore() { enlist(); }
  ~MutexCore() { delist(); }

  bool try_lock() {
    const race::Hidden hidden;
    std::uint32_t free = kFree;
    // acquire pairs with the release in unlock(): the last holder's writes are seen.
    const bool taken = state_.compare_exchange_strong(free, kLocked, std::memory_order_acquire,
                                                      std::memory_order_relaxed);
    if (taken) race::acquire(this);
    return taken;
  }

  /// True: locked. False: `self` is queued and the queue's lock is held; suspend with stay_parked().
  bool start_lock(Locker& self) {
    // A woken one never takes the short way: it would leave kLocked, and its unlock() would forget those
    // who still wait behind it.
    return (!self.lost_once && try_lock()) || queue_up(self);
  }

  void stay_parked(Waiter<R>& self, typename R::Handle handle) {
    const race::Hidden hidden;
    self.handle = handle;
    lock_.unlock();
  }
  /// The same in two halves: who has set `self.handle` leaves by the release of this byte.
  auto& lock_byte() { return lock_.byte(); }

  void unlock() {
    const race::Hidden hidden;
    race::release(this);
    std::uint32_t seen = kLocked;
    while (!try_unlock(seen)) {
      if (seen == kFree) panic("unlock of unlocked mutex");
      if (wake_next()) return;
    }
  }

 private:
  enum State : std::uint32_t { kFree, kLocked, kContended };

  /// The short way. False: `seen` is what it found instead of kLocked.
  bool try_unlock(std::uint32_t& seen) {
    seen = kLocked;
    // release pairs with the acquire of the next try_lock(). The last touch: the next holder may end the
    // object.
    return state_.compare_exchange_strong(seen, kFree, std::memory_order_release,
                                          std::memory_order_relaxed);
  }

  /// As start_lock(), for one that found it locked, or was woken. noinline, as wake_next(): the short ways
  /// have no frame.
  [[gnu::noinline]] bool queue_up(Locker& self) {
    const race::Hidden hidden;
    lock_.lock();
    // acquire as in try_lock(); setting kContended under lock_ makes the holder's unlock() come here.
    if (state_.exchange(kContended, std::memory_order_acquire) == kFree) {
      lock_.unlock();
      race::acquire(this);
      return true;  // In state kContended: the unlock looks into the queue, maybe in vain.
    }
    if (self.lost_once)
      queue_.push_front(&self);
    else
      queue_.push(&self);
    return false;
  }

  /// True: unlocked and somebody woken. False: nobody waits, the state is kLocked again.
  [[gnu::noinline]] bool wake_next() {
    lock_.lock();
    Locker* next = queue_.pop();
    if (next == nullptr) {
      // relaxed: still locked by the caller, whose unlock() publishes.
      state_.store(kLocked, std::memory_order_relaxed);
      lock_.unlock();
      return false;
    }
    const bool hand_over = next->lost_once;
    next->ok = hand_over;
    next->lost_once = true;
    if (hand_over) next->owner.acquires(this);
    lock_.unlock();
    // release as in unlock(), and the last touch likewise. Whoever queued since is not forgotten: `next`
    // sets kContended when it tries. Handed over, the state stays kContended and resume() orders.
    if (!hand_over) state_.store(kFree, std::memory_order_release);
    R::resume(next->handle);
    return true;
  }

  void describe(std::string& text) const override {
    const race::Hidden hidden;
    if (!lock_patiently(lock_)) return;
    if (!queue_.empty())
      text += "mutex (locked): " + std::to_string(queue_.size()) + " wait to lock\n";
    lock_.unlock();
  }

  typename Atomics::template Atomic<std::uint32_t> state_{kFree};
  mutable BasicSpinLock<Atomics> lock_;  // Guards queue_. Nobody is resumed under it.
  WaitQueue<Locker> queue_;
};

}  // namespace gauntlet
