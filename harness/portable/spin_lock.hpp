// SPDX-License-Identifier: Apache-2.0
// A one-byte lock for the few instructions of a hand-over. Test-and-test-and-set, bounded back-off.
//
// It may be locked on one thread and unlocked on another: suspend() releases it after the goroutine
// has left its stack, and where that runs is the runtime's affair. It is never held across a yield.
#pragma once

#include <atomic>
#include <cstdint>

#include "harness/contract/atomics.hpp"
#include "harness/portable/contended_time.hpp"

namespace gauntlet {

/// Tells the core that this is a spin loop.
inline void relax_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// How long who finds it held waits before the next look; twice as long each time, and most.
struct Brief {
  static constexpr unsigned kFirstPauses = 1;
  static constexpr unsigned kMostPauses = 64;
  static constexpr unsigned kRoundsBeforeYield = 32;
};
/// Long from the start, for what several workers use in a row: the other core meanwhile does a run of operations
/// with the lock's line and the object's in its cache, where every look would take them away from it.
struct InTurns {
  static constexpr unsigned kFirstPauses = 128;
  static constexpr unsigned kMostPauses = 1024;
  static constexpr unsigned kRoundsBeforeYield = 4;
};

/// Atomics: RealAtomics, or those of an explorer that searches schedules (property_tests/explore).
template <class Atomics, class Wait = Brief>
class BasicSpinLock {
 public:
  [[gnu::always_inline]] void lock() {
    if (!try_lock()) [[unlikely]]
      lock_contended();
  }

  [[gnu::always_inline]] bool try_lock() {
    // acquire pairs with the release in unlock(): what the last holder wrote is seen.
    return !held_.exchange(true, std::memory_order_acquire);
  }

  void unlock() {
    // release pairs with the acquire in try_lock().
    byte().store(false, std::memory_order_release);
  }

  /// For whoever unlocks when the holder has left its stack, by a release store of false. Who has the bias changes no
  /// byte that it finds true.
  auto& byte() {
    if constexpr (requires { held_.plain(); })
      return held_.plain();
    else
      return held_;
  }

 private:
  [[gnu::noinline]] void lock_contended() {
    const ContendedTime counted;
    unsigned pauses = Wait::kFirstPauses;
    unsigned rounds = 0;
    do {
      // relaxed: only a hint when to try again; try_lock() orders.
      while (held_.load(std::memory_order_relaxed)) {
        for (unsigned i = 0; i < pauses; ++i) relax_cpu();
        if (pauses < Wait::kMostPauses) pauses *= 2;
        // With more threads than cores the holder may be off its core: let it on.
        if (++rounds >= Wait::kRoundsBeforeYield) Atomics::relax();
      }
    } while (!try_lock());
  }

  typename Atomics::template Atomic<bool> held_{false};
};

using SpinLock = BasicSpinLock<RealAtomics>;

}  // namespace gauntlet
