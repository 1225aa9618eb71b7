// SPDX-License-Identifier: Apache-2.0
// A clock that stands still until the test moves it, so that no test guesses how long something takes.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "harness/under_test.hpp"
#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

using namespace std::chrono_literals;  // NOLINT: durations in tests.

/// Outside of drive(); while it lives, time is virtual.
class VirtualTime {
 public:
  VirtualTime() { Clock::stand_still(); }
  VirtualTime(const VirtualTime&) = delete;
  VirtualTime& operator=(const VirtualTime&) = delete;
  ~VirtualTime() { Clock::run_again(); }

  /// One goroutine at a time. Moves on by `duration`, from deadline to deadline. Returns when all that came due has been woken or
  /// sent; those who were woken need not have run yet.
  void advance(Duration duration) {
    const std::int64_t end = Clock::after_ns(duration);
    for (;;) {
      const std::int64_t next = service().earliest();
      if (next > end) break;
      move_to(std::max(next, Clock::now_ns()));
    }
    move_to(end);
  }

  /// Moves on by `duration` at once: who waited for something in between is late.
  void jump(Duration duration) { move_to(Clock::after_ns(duration)); }

 private:
  static TimerService<UnderTest>& service() { return TimerService<UnderTest>::instance(); }
  static void move_to(std::int64_t now) {
    Clock::set(Instant(Duration(now)));
    service().catch_up();
  }
};

/// So many goroutines sleep.
inline bool all_asleep(int goroutines) { return waits_in("sleep", goroutines); }

}  // namespace gauntlet::contract
