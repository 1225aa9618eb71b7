// SPDX-License-Identifier: Apache-2.0
// Waits until as many done() as add() were called. After Go's sync.WaitGroup; rules W1 to W4.
//
// One word holds the counter (high half) and the number of waiters (low half), so that done() is a single
// read-modify-write and touches the object no more unless somebody waits. That matters: wait() may return,
// and its frame with this object be gone, the moment the counter is 0.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "harness/contract/panic.hpp"
#include "harness/contract/race_detector.hpp"
#include "harness/portable/biased_atomic.hpp"
#include "harness/portable/resume_chain.hpp"
#include "harness/portable/spin_lock.hpp"
#include "harness/portable/wait_place.hpp"
#include "harness/portable/waiter.hpp"

namespace gauntlet {

/// Atomics: see BasicSpinLock.
template <class R, class Atomics = ObjectAtomics<R>>
class WaitGroupCore final : public WaitPlace {
 public:
  explicit WaitGroupCore(std::int64_t count) : state_(as_step(count)) {  // Nobody else knows it yet: no read-modify-write.
    if (counter_in(as_step(count)) < 0) refuse();
    enlist();
  }
  ~WaitGroupCore() { delist(); }

  /// W2: a counter below zero panics.
  void add(std::int64_t delta) {
    const race::Hidden hidden;
    if (delta < 0) race::release(this);
    const std::uint64_t step = as_step(delta);
    // release: what the caller did before done() is seen by wait(); acquire: the last done() sees what
    // all others did, and hands it on with the resume. Partner: the load in start_wait().
    const std::uint64_t now = state_.fetch_add(step, std::memory_order_acq_rel) + step;
    const std::int32_t counter = counter_in(now);
    if (counter < 0) refuse();
    if (counter == 0 && waiters_in(now) > 0) release_all();
  }
  void done() { add(-1); }

  /// True: the counter is 0. False: `self` is queued and the lock is held; suspend with stay_parked().
  bool start_wait(Waiter<R>& self) {
    const race::Hidden hidden;
    // acquire pairs with the release half of add() and with the last touch in release_all().
    std::uint64_t seen = state_.load(std::memory_order_acquire);
    if (seen == 0) {
      race::acquire(this);
      return true;
    }
    lock_.lock();
    for (;;) {
      while (counter_in(seen) == 0 && waiters_in(seen) > 0) seen = after_release();
      if (seen == 0) {
        lock_.unlock();
        race::acquire(this);
        return true;
      }
      // acq_rel: the done() that sees this waiter comes through lock_, which orders the queue.
      if (state_.compare_exchange_weak(seen, seen + 1, std::memory_order_acq_rel,
                                       std::memory_order_acquire))
        break;
    }
    queue_.push(&self);
    return false;
  }

  void stay_parked(Waiter<R>& self, typename R::Handle handle) {
    const race::Hidden hidden;
    self.handle = handle;
    lock_.unlock();
  }
  /// The same in two halves: who has set `self.handle` leaves by the release of this byte.
  auto& lock_byte() { return lock_.byte(); }

 private:
  [[noreturn]] static void refuse() { panic("negative WaitGroup counter"); }

  static std::uint64_t as_step(std::int64_t delta) { return static_cast<std::uint64_t>(delta) << 32U; }
  static std::int32_t counter_in(std::uint64_t state) {
    return static_cast<std::int32_t>(state >> 32U);
  }
  static std::uint32_t waiters_in(std::uint64_t state) { return static_cast<std::uint32_t>(state); }

  /// Locked on entry and on return. Others are being released: this one must not return (and let the
  /// object die) before the releaser has touched it for the last time.
  std::uint64_t after_release() {
    lock_.unlock();
    Atomics::relax();  // The releaser may be off its core: let it on.
    lock_.lock();
    return state_.load(std::memory_order_acquire);  // As in start_wait().
  }

  /// Precondition: the caller brought the counter to 0 while somebody waited.
  [[gnu::noinline]] void release_all() {
    lock_.lock();
    Waiter<R>* waiter = queue_.take_all();
    lock_.unlock();
    std::uint32_t taken = 0;
    for (auto* each = waiter; each != nullptr; each = each->next) {
      each->owner.acquires(this);
      ++taken;
    }
    // The last touch. release pairs with the acquire in start_wait(): who sees 0 may end the object.
    state_.fetch_sub(taken, std::memory_order_release);
    resume_chain<R>(waiter);
  }

  void describe(std::string& text) const override {
    const race::Hidden hidden;
    // relaxed: a snapshot for a person.
    const std::uint64_t state = state_.load(std::memory_order_relaxed);
    if (waiters_in(state) == 0) return;
    text += "wait group (counter " + std::to_string(counter_in(state)) +
            "): " + std::to_string(waiters_in(state)) + " wait for it to reach 0\n";
  }

  typename Atomics::template Atomic<std::uint64_t> state_{0};
  BasicSpinLock<Atomics> lock_;  // Guards queue_. Nobody is resumed under it.
  WaitQueue<Waiter<R>> queue_;
};

}  // namespace gauntlet
