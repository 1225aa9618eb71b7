// SPDX-License-Identifier: Apache-2.0
// How one thread sleeps until the earliest deadline, and is woken for an earlier one.
//
// No deadline is slept through, by a Dekker pair, all seq_cst: [who arms: publish the deadline, read when
// the sleeper wakes (announce())] against [sleeper: publish when it wakes, read the deadlines again]. Either
// the one sees that the sleeper would wake too late, and wakes it, or the sleeper sees the deadline.
// While the sleeper is awake, and for a deadline that is not earlier, announce() is one load.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

#include "harness/contract/atomics.hpp"

namespace gauntlet {

/// Atomics: RealAtomics, or those of an explorer (property_tests/explore).
template <class Atomics = RealAtomics>
class Alarm {
 public:
  /// After `deadline` was published with seq_cst. Says whether the sleeper has to be woken: then call ring(),
  /// outside of every lock.
  bool announce(std::int64_t deadline) {
    // seq_cst: Dekker, see above.
    return deadline < wakes_at_.load(std::memory_order_seq_cst);
  }

  /// Wakes the sleeper, unless somebody has: it looks at the deadlines again.
  void ring() {
    // acq_rel: of many who come for one sleep, one makes the system call.
    if (wakes_at_.exchange(kAwake, std::memory_order_acq_rel) == kAwake) return;
    // release pairs with the acquire in sleep().
    rings_.fetch_add(1, std::memory_order_release);
    Atomics::wake(rings_, 1);
  }

  /// Sleeps until ring(), or until `earliest()` has come. `earliest` reads the published deadlines with
  /// seq_cst; `limit(deadline)` says how long to sleep for one: kForever, or 0 or less if not at all.
  template <class Earliest, class Limit>
  void sleep(Earliest&& earliest, Limit&& limit) {
    // acquire pairs with the release in ring(): a ring from now on ends the sleep.
    const std::uint32_t rings = rings_.load(std::memory_order_acquire);
    const std::int64_t until = earliest();
    // seq_cst: Dekker, see above.
    wakes_at_.store(until, std::memory_order_seq_cst);
    if (earliest() >= until) {
      const std::chrono::nanoseconds time = limit(until);
      if (time == kForever)
        Atomics::sleep_while(rings_, rings);
      else if (time.count() > 0)
        Atomics::sleep_while(rings_, rings, time);
    }
    // relaxed: who still reads the old value rings in vain.
    wakes_at_.store(kAwake, std::memory_order_relaxed);
  }

  static constexpr std::chrono::nanoseconds kForever = std::chrono::nanoseconds::max();

 private:
  static constexpr std::int64_t kAwake = std::numeric_limits<std::int64_t>::min();

  typename Atomics::template Atomic<std::int64_t> wakes_at_{kAwake};
  typename Atomics::template Atomic<std::uint32_t> rings_{0};
};

}  // namespace gauntlet
