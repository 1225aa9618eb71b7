// SPDX-License-Identifier: Apache-2.0
// Who waits in a channel: one goroutine in one queue, or one case of a select that waits in several.
//
// The cases of a parked select share a gate. Whoever wants to complete one of them (a partner, a close)
// holds that channel's lock and claims the gate; one claim in all succeeds, and owes the goroutine its
// resume(). A case whose gate is lost is stale: whoever meets it takes it out of the queue, else its own
// select does, before it returns (S1). So a gate is never touched after its select: to touch it takes a
// queued case and that queue's lock.
#pragma once

#include <atomic>
#include <cstdint>

#include "harness/portable/waiter.hpp"

namespace gauntlet {

template <class R, class Atomics>
class SelectGate;

/// Guarded by the lock of the channel that it waits in.
template <class R, class Atomics>
struct ChannelWaiter : Waiter<R> {
  SelectGate<R, Atomics>* gate = nullptr;  ///< Null: a plain send or receive, nobody competes for it.
  bool queued = false;                     ///< Of a select's case: is it still in the queue?
};

template <class R, class Atomics>
class SelectGate {
 public:
  using Parked = ChannelWaiter<R, Atomics>;

  /// True for the first of all cases: `waiter` is the one that commits.
  bool claim(Parked& waiter) {
    // relaxed: who wins is all that it decides. What the cases hold is ordered by their channels' locks,
    // and winner_ by the resume() that the winner owes.
    if (claimed_.exchange(1, std::memory_order_relaxed) != 0) return false;
    winner_ = &waiter;
    return true;
  }

  /// A claim that is seen is final; one that is not seen may have happened: only claim() decides.
  bool is_lost() const {
    return claimed_.load(std::memory_order_relaxed) != 0;  // relaxed: as in claim().
  }

  /// Precondition: resumed after a claim.
  Parked* winner() const { return winner_; }

 private:
  typename Atomics::template Atomic<std::uint32_t> claimed_{0};
  Parked* winner_ = nullptr;
};

}  // namespace gauntlet
