// SPDX-License-Identifier: Apache-2.0
// Who is in retreat (stealing.hpp), for how long, and what such a worker leaves to the others. Never all workers are.
#pragma once

#include <atomic>
#include <cstdint>

#include "impls/work_stealing/idle.hpp"

namespace gauntlet::impls::work_stealing {

/// What the workers of a run share. Atomics: RealAtomics, or those of an explorer that searches schedules.
template <class Atomics>
class RetreatCount {
 public:
  /// False: the caller is the last of `workers` that is not, and stays.
  bool enter(std::uint32_t workers) {
    // relaxed throughout: a number, nothing behind it.
    std::uint32_t count = count_.load(std::memory_order_relaxed);
    do {
      if (count + 1 >= workers) return false;
    } while (!count_.compare_exchange_weak(count, count + 1, std::memory_order_relaxed,
                                           std::memory_order_relaxed));
    return true;
  }

  void leave() { count_.fetch_sub(1, std::memory_order_relaxed); }  // relaxed: as above.

 private:
  typename Atomics::template Atomic<std::uint32_t> count_{0};
};

/// One worker's part; only that worker touches it.
class Retreat {
 public:
  /// False: the caller is the last that is not in retreat. Calling it again changes nothing.
  template <class Count>
  bool begin(Count& count, std::uint32_t workers) {
    goes_on_ = goes_on_ || count.enter(workers);
    return goes_on_;
  }

  bool goes_on() const { return goes_on_; }

  /// At a search for `reason`: does the worker leave everything to the others? Until its nap is over, as long as one of
  /// them is awake to see it; otherwise the retreat ends here.
  template <class Count, class Idle>
  bool stays_back(SearchReason reason, Count& count, const Idle& idle) {
    if (!goes_on_ || reason == SearchReason::kOutOfWork) return goes_on_;
    if (reason == SearchReason::kAboutToSleep && !idle.everyone_sleeps()) return true;
    goes_on_ = false;
    count.leave();
    return false;
  }

 private:
  bool goes_on_ = false;
};

}  // namespace gauntlet::impls::work_stealing
