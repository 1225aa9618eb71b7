// SPDX-License-Identifier: Apache-2.0
// What time it is: the steady clock, or a virtual one that stands still until a test moves it.
//
// Everything of ours that waits for time asks here, and compares deadlines in nanoseconds since the epoch of
// the steady clock.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

namespace gauntlet {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;

class Clock {
 public:
  /// No deadline: later than every instant that is ever reached.
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  static Instant now() { return Instant(Duration(now_ns())); }

  static std::int64_t now_ns() {
    // seq_cst: Dekker with set(), see TimerService::catch_up(). A plain load where it matters.
    const std::int64_t standing = virtual_ns_.load(std::memory_order_seq_cst);
    return standing != kReal ? standing : steady_ns();
  }

  /// The instant `delay` from now; the latest there is when it would overflow.
  static std::int64_t after_ns(Duration delay) {
    const std::int64_t now = now_ns();
    if (delay.count() <= 0) return now;
    return delay.count() < kNever - now ? now + delay.count() : kNever - 1;
  }

  static bool is_virtual() {
    return virtual_ns_.load(std::memory_order_relaxed) != kReal;  // relaxed: set while nothing waits.
  }

  // For tests, through VirtualTime (property_tests/contract/virtual_time.hpp). Precondition of the first and
  // the last: no timer is armed and no goroutine lives.
  static void stand_still() { set(Instant(Duration(steady_ns()))); }
  static void set(Instant now) {
    // seq_cst: see now_ns().
    virtual_ns_.store(now.time_since_epoch().count(), std::memory_order_seq_cst);
  }
  static void run_again() {
    virtual_ns_.store(kReal, std::memory_order_relaxed);  // relaxed: see the precondition.
  }

 private:
  static constexpr std::int64_t kReal = std::numeric_limits<std::int64_t>::min();

  static std::int64_t steady_ns() {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  static inline std::atomic<std::int64_t> virtual_ns_{kReal};
};

}  // namespace gauntlet
