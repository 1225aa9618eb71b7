// SPDX-License-Identifier: Apache-2.0
// Lets foreign threads into a run, and keeps the run from ending while one is inside.
//
// For runtimes that find out by looking, not by one counter, that every goroutine has ended: between the look
// and the end a foreign thread may start one more. So the one that looked closes the gate, and looks
// again behind it. Nobody enters a gate that is closed; while it is being decided, who comes waits.
#pragma once

#include <atomic>
#include <cstdint>

#include "harness/contract/atomics.hpp"

namespace gauntlet {

/// Atomics: RealAtomics, or those of an explorer (property_tests/explore).
template <class Atomics = RealAtomics>
class RunGate {
 public:
  /// Before the run's workers start.
  void open() {
    // relaxed: threads are started after it; who enters meanwhile is of this run.
    state_.store(0, std::memory_order_relaxed);
  }

  /// False: the run is over. True: it does not end before leave().
  bool enter() {
    // relaxed: a first guess.
    std::uint32_t seen = state_.load(std::memory_order_relaxed);
    for (;;) {
      if (seen == kClosed) return false;
      if (seen == kDeciding) {
        Atomics::relax();
        // relaxed: a guess again.
        seen = state_.load(std::memory_order_relaxed);
        continue;
      }
      // acquire: no order is needed from the gate's opening, but none of what follows may come first.
      if (state_.compare_exchange_weak(seen, seen + kVisitor, std::memory_order_acquire,
                                       std::memory_order_relaxed))
        return true;
    }
  }

  /// Afterwards wake a worker, which may have found the gate held: it has to look again.
  void leave() {
    // seq_cst: release for close_if(), which sees what was started inside; and Dekker with a worker that
    // found it held and falls asleep.
    state_.fetch_sub(kVisitor, std::memory_order_seq_cst);
  }

  /// By a worker that found nothing alive. True: the run is over. False: somebody is inside, something lives
  /// after all, or another worker decides.
  template <class Predicate>
  bool close_if(Predicate&& nothing_lives) {
    std::uint32_t open = 0;
    // seq_cst: acquire of the visitors' leave(), and Dekker with it.
    if (!state_.compare_exchange_strong(open, kDeciding, std::memory_order_seq_cst,
                                        std::memory_order_seq_cst))
      return false;
    const bool over = nothing_lives();
    // release: who enters later comes after this look.
    state_.store(over ? kClosed : 0, std::memory_order_release);
    return over;
  }

 private:
  static constexpr std::uint32_t kClosed = 1;
  static constexpr std::uint32_t kDeciding = 2;
  static constexpr std::uint32_t kVisitor = 4;

  typename Atomics::template Atomic<std::uint32_t> state_{kClosed};
};

}  // namespace gauntlet
