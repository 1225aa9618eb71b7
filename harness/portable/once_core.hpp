// SPDX-License-Identifier: Apache-2.0
// Something that is done once, however many goroutines ask. After Go's sync.Once; rule M4.
//
// The first caller runs the function, the others wait until it has returned. A function that throws
// counts as done, as in Go: its caller gets the exception, nobody runs it again.
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

/// What a caller has to do.
enum class OnceTurn : std::uint8_t {
  kDone,  ///< Nothing.
  kMine,  ///< Run the function, then finish().
  kWait,  ///< It is queued, and the lock is held: suspend with stay_parked().
};

/// Atomics: see BasicSpinLock.
template <class R, class Atomics = ObjectAtomics<R>>
class OnceCore final : public WaitPlace {
 public:
  OnceCore() { enlist(); }
  ~OnceCore() { delist(); }

  bool is_done() const {
    const race::Hidden hidden;
    // acquire pairs with the release in finish(): what the function did is seen.
    const bool done = state_.load(std::memory_order_acquire) == kIsDone;
    if (done) race::acquire(this);
    return done;
  }

  OnceTurn start(Waiter<R>& self) {
    const race::Hidden hidden;
    if (is_done()) return OnceTurn::kDone;
    lock_.lock();
    // relaxed: changed under lock_ only, which orders.
    const std::uint32_t state = state_.load(std::memory_order_relaxed);
    if (state == kRuns) {
      queue_.push(&self);
      return OnceTurn::kWait;
    }
    // relaxed: as above.
    if (state == kIsNew) state_.store(kRuns, std::memory_order_relaxed);
    lock_.unlock();
    if (state == kIsDone) race::acquire(this);
    return state == kIsNew ? OnceTurn::kMine : OnceTurn::kDone;
  }

  void stay_parked(Waiter<R>& self, typename R::Handle handle) {
    const race::Hidden hidden;
    self.handle = handle;
    lock_.unlock();
  }
  /// The same in two halves: who has set `self.handle` leaves by the release of this byte.
  auto& lock_byte() { return lock_.byte(); }

  /// By the one whose turn it was, also when the function threw.
  void finish() {
    const race::Hidden hidden;
    race::release(this);
    lock_.lock();
    // release pairs with the acquire in is_done().
    state_.store(kIsDone, std::memory_order_release);
    Waiter<R>* waiter = queue_.take_all();
    lock_.unlock();
    for (auto* each = waiter; each != nullptr; each = each->next) each->owner.acquires(this);
    resume_chain<R>(waiter);
  }

 private:
  enum State : std::uint32_t { kIsNew, kRuns, kIsDone };

  void describe(std::string& text) const override {
    const race::Hidden hidden;
    if (!lock_patiently(lock_)) return;
    if (!queue_.empty())
      text += "once (its function runs): " + std::to_string(queue_.size()) + " wait for its end\n";
    lock_.unlock();
  }

  typename Atomics::template Atomic<std::uint32_t> state_{kIsNew};
  mutable BasicSpinLock<Atomics> lock_;  // Guards queue_. Nobody is resumed under it.
  WaitQueue<Waiter<R>> queue_;
};

}  // namespace gauntlet
