// SPDX-License-Identifier: Apache-2.0
// How many workers have gone into retreat (stealing.hpp): never all of them.
#pragma once

#include <atomic>
#include <cstdint>

namespace gauntlet::impls::work_stealing {

/// Atomics: RealAtomics, or those of an explorer that searches schedules.
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

}  // namespace gauntlet::impls::work_stealing
