// SPDX-License-Identifier: Apache-2.0
// Who waits for descriptors: the poller's thread, or workers of a runtime that look between two goroutines.
//
// While workers find what has happened, the thread would be woken for each event, in vain and at the expense of whoever made it.
// So it stands by. Two things end that: a worker falls asleep, and wakes it; or for kPatience no worker has found
// anything, maybe because all are busy.
//
// No event is left to a worker that sleeps: the thread stands by only if none has fallen asleep since before its last wait. A
// Dekker pair, all seq_cst: [thread: say that it stands by, look who has fallen asleep] against [worker: say that it falls
// asleep, look whether the thread stands by].
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "harness/contract/atomics.hpp"

namespace gauntlet {

template <class Atomics = RealAtomics>
class PollDuty {
 public:
  /// What had happened when the thread began to wait.
  struct Past {
    std::uint32_t slept = 0;
    std::uint32_t found = 0;
  };

  // --- The poller's thread.

  Past past() const {
    // seq_cst: who falls asleep after this is seen by stand_by(). As an acquire it pairs with fall_asleep(): what that worker
    // had found is seen below, and is not taken for news.
    const std::uint32_t slept = slept_.load(std::memory_order_seq_cst);
    return {slept, found_.load(std::memory_order_relaxed)};  // relaxed: a hint.
  }

  /// After a wait. Returns when the thread has to wait again: at once, unless workers have found something since
  /// `before`, and none has fallen asleep.
  void stand_by(Past before) {
    std::uint32_t found = found_.load(std::memory_order_relaxed);  // relaxed, here and below: a hint.
    if (found == before.found) return;
    // seq_cst, both: Dekker with fall_asleep().
    duty_.store(kWorkers, std::memory_order_seq_cst);
    bool is_back = slept_.load(std::memory_order_seq_cst) != before.slept;
    while (!is_back) {
      const std::uint32_t last = found;
      Atomics::sleep_while(duty_, kWorkers, kPatience);
      found = found_.load(std::memory_order_relaxed);
      // relaxed: the wait that follows looks at the descriptors themselves.
      is_back = found == last || duty_.load(std::memory_order_relaxed) == kThread;
    }
    duty_.store(kThread, std::memory_order_relaxed);  // relaxed: as above.
  }

  // --- Workers.

  /// Has looked, and something had happened.
  void found() { found_.fetch_add(1, std::memory_order_relaxed); }  // relaxed: a hint.

  /// Has looked for the last time before it sleeps.
  void fall_asleep() {
    // seq_cst, both: Dekker with stand_by(); as a release the first pairs with the load in past().
    slept_.fetch_add(1, std::memory_order_seq_cst);
    if (duty_.load(std::memory_order_seq_cst) == kThread) return;
    duty_.store(kThread, std::memory_order_relaxed);  // relaxed: no data, the system call orders it.
    Atomics::wake(duty_, 1);
  }

 private:
  static constexpr std::uint32_t kThread = 0;
  static constexpr std::uint32_t kWorkers = 1;
  // As long as a goroutine may wait behind one that keeps its worker.
  static constexpr std::chrono::nanoseconds kPatience{1'000'000};

  alignas(64) typename Atomics::template Atomic<std::uint32_t> duty_{kThread};
  typename Atomics::template Atomic<std::uint32_t> slept_{0};
  alignas(64) typename Atomics::template Atomic<std::uint32_t> found_{0};  // By workers, how often.
};

}  // namespace gauntlet
