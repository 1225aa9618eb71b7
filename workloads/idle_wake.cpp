// SPDX-License-Identifier: Apache-2.0
// One goroutine sleeps for a millisecond, again and again, and nobody else is there. One op is a wake-up; its
// time is what is above the millisecond.
//
// Measures: how late a runtime wakes that has nothing to do; beside it, in CPU time and cores used, what the
// workers burn while they are idle and on their way back to work.
// Does not measure: many timers (timers does), or the wake-up of a second worker by the first.
// Origin: the server at night: an idle runtime is to use next to nothing, and to be there at once.
#include <chrono>
#include <cstdint>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::chrono::nanoseconds kSleep = std::chrono::milliseconds(1);

Task idle_wake(Pass& pass) {
  for (std::int64_t i = 0; i < pass.ops; ++i) {
    AWAIT sleep(kSleep);
    ++pass.tally.count;
  }
  pass.asked_ns = pass.ops * kSleep.count();
}

Tally expected(const Pass& pass) { return {.count = pass.ops}; }

const Registration registered{{
    .name = "idle_wake",
    .unit = "wake-up",
    .group = "scheduling",
    .needs = {"G1", "T1"},
    .cases = {{.params = {{"sleep_us", "1000"}}}},
    .body = idle_wake,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
