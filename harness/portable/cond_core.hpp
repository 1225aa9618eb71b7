// SPDX-License-Identifier: Apache-2.0
// A condition variable. After Go's sync.Cond (its notifyList); rule M5.
//
// Two counters make the generations: a goroutine that is about to wait draws a ticket while it still
// holds the mutex, and a signal calls the next ticket. So a signal that comes after the mutex was
// unlocked reaches a waiter which has not queued yet: that one finds its ticket called and does
// not park. And who draws later is never woken in place of who drew before.
//
// Rejected: queueing before the mutex is unlocked, with the queue's lock held across the unlock. The
// unlock wakes somebody, and whoever is woken and signals would spin on that lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "harness/contract/race_detector.hpp"
#include "harness/portable/biased_atomic.hpp"
#include "harness/portable/resume_chain.hpp"
#include "harness/portable/spin_lock.hpp"
#include "harness/portable/wait_place.hpp"
#include "harness/portable/waiter.hpp"

namespace gauntlet {

/// Atomics: see BasicSpinLock.
template <class R, class Atomics = ObjectAtomics<R>>
class CondCore final : public WaitPlace {
 public:
  struct Sleeper : Waiter<R> {
    std::uint32_t ticket = 0;
  };

  CondCore() { enlist(); }
  ~CondCore() { delist(); }

  /// Before the caller unlocks the mutex.
  void draw(Sleeper& self) {
    const race::Hidden hidden;
    // relaxed: the mutex orders it before every signal that must reach the caller.
    self.ticket = drawn_.fetch_add(1, std::memory_order_relaxed);
  }

  /// True: its ticket was called meanwhile. False: `self` is queued and the lock is held; suspend with
  /// stay_parked().
  bool start_wait(Sleeper& self) {
    const race::Hidden hidden;
    lock_.lock();
    if (!is_due(self.ticket)) {
      queue_.push(&self);
      return false;
    }
    lock_.unlock();
    race::acquire(this);
    return true;
  }

  void stay_parked(Waiter<R>& self, typename R::Handle handle) {
    const race::Hidden hidden;
    self.handle = handle;
    lock_.unlock();
  }
  /// The same in two halves: who has set `self.handle` leaves by the release of this byte.
  auto& lock_byte() { return lock_.byte(); }

  /// Wakes the one that has waited longest, if one waits.
  void signal() {
    const race::Hidden hidden;
    if (nobody_waits()) return;
    lock_.lock();
    // relaxed: called_ changes under lock_ only.
    const std::uint32_t ticket = called_.load(std::memory_order_relaxed);
    if (ticket == drawn_.load(std::memory_order_relaxed)) {  // relaxed: as in nobody_waits().
      lock_.unlock();
      return;
    }
    called_.store(ticket + 1, std::memory_order_relaxed);
    race::release(this);  // For the one that is still on its way to start_wait().
    Sleeper* sleeper = queue_.front();
    while (sleeper != nullptr && sleeper->ticket != ticket)
      sleeper = WaitQueue<Sleeper>::after(sleeper);
    if (sleeper != nullptr) {
      queue_.remove(sleeper);
      sleeper->owner.hears();
    }
    lock_.unlock();
    if (sleeper != nullptr) R::resume(sleeper->handle);  // Else it is on its way to start_wait().
  }

  /// Wakes all that wait.
  void broadcast() {
    const race::Hidden hidden;
    if (nobody_waits()) return;
    lock_.lock();
    // relaxed: as in signal().
    called_.store(drawn_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    race::release(this);  // As in signal().
    Sleeper* sleeper = queue_.take_all();
    lock_.unlock();
    for (auto* each = sleeper; each != nullptr; each = WaitQueue<Sleeper>::after(each))
      each->owner.hears();
    resume_chain<R>(sleeper);
  }

 private:
  /// Precondition: the lock is held. Tickets wrap around.
  bool is_due(std::uint32_t ticket) const {
    // relaxed: changes under lock_ only.
    return static_cast<std::int32_t>(ticket - called_.load(std::memory_order_relaxed)) < 0;
  }

  /// relaxed: a waiter that the caller must reach drew its ticket before something that the caller has
  /// seen since (the mutex, if the caller changed what the waiter looks at), so it is not missed.
  bool nobody_waits() const {
    return called_.load(std::memory_order_relaxed) == drawn_.load(std::memory_order_relaxed);
  }

  void describe(std::string& text) const override {
    const race::Hidden hidden;
    if (!lock_patiently(lock_)) return;
    if (!queue_.empty())
      text += "cond (not signalled): " + std::to_string(queue_.size()) + " wait for a signal\n";
    lock_.unlock();
  }

  typename Atomics::template Atomic<std::uint32_t> drawn_{0};   // Tickets given out.
  typename Atomics::template Atomic<std::uint32_t> called_{0};  // Those below it are to wake.
  mutable BasicSpinLock<Atomics> lock_;  // Guards queue_ and changes of called_. Nobody is resumed under it.
  WaitQueue<Sleeper> queue_;
};

}  // namespace gauntlet
