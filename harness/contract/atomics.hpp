// SPDX-License-Identifier: Apache-2.0
// The seam under lock-free code: where its atomics come from, and how a thread sleeps on one.
//
// An algorithm that takes `Atomics` as a template parameter runs on std::atomic in production, and
// from the same source under a controlled scheduler with weak memory
// (property_tests/explore/model.hpp).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#if defined(__linux__)
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#else
#error "gauntlet sleeps on Linux futexes; another system needs its own RealAtomics::sleep_while()"
#endif

namespace gauntlet {

/// Production: std::atomic and futexes.
struct RealAtomics {
  template <class T>
  using Atomic = std::atomic<T>;

  /// No time limit for sleep_while().
  static constexpr std::chrono::nanoseconds kForever{0};

  /// Sleeps while `word` holds `value`: until wake(), the limit, a signal, or for no reason at all.
  /// The caller looks again. The kernel compares and falls asleep in one step, so a wake() that
  /// follows a change of `word` is not missed.
  static void sleep_while(std::atomic<std::uint32_t>& word, std::uint32_t value,
                          std::chrono::nanoseconds limit = kForever) {
    static_assert(sizeof(word) == sizeof(std::uint32_t) &&
                  std::atomic<std::uint32_t>::is_always_lock_free);
    constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
    timespec relative{};
    relative.tv_sec = static_cast<time_t>(limit.count() / kNanosecondsPerSecond);
    relative.tv_nsec = static_cast<long>(limit.count() % kNanosecondsPerSecond);
    syscall(SYS_futex, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, value,
            limit == kForever ? nullptr : &relative, nullptr, 0);
  }

  /// In a loop that waits for a step of another thread, which may be off its core.
  static void relax() { std::this_thread::yield(); }

  /// The two halves of a fence that one side pays for: between what stands before light_fence() on one thread and what
  /// stands before heavy_fence() on another, one of the two is seen behind the other's fence. After Dice, Hui Huang and
  /// Yang, "Asymmetric Dekker synchronization" (2001); in C++ P1202. As membarrier(2) in the kernel's words.
  static void light_fence() {
    // seq_cst for the compiler only: heavy_fence() makes the processor do the rest.
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  static void heavy_fence() { syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0); }
  /// Before the first one. False: this system has none.
  static bool has_heavy_fence() {
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
  }

  /// Wakes up to `count` threads that sleep on `word`. Change the word first.
  static void wake(std::atomic<std::uint32_t>& word, int count) {
    syscall(SYS_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, nullptr, nullptr, 0);
  }
};

}  // namespace gauntlet
