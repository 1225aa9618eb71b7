// SPDX-License-Identifier: Apache-2.0
// A hundred thousand goroutines sleep for ten milliseconds, all at once. One op is a sleeper, from its start to
// its end.
//
// Measures: starting them, arming and firing their timers, waking them. The ten milliseconds are in the
// figure: a pass lasts at least that long, and a lane that is done arming by then waits.
// Does not measure: timers that are stopped before they fire, or how late one comes (idle_wake does).
// Origin: the "millions of goroutines" demonstrations, all of which sleep.
#include <chrono>
#include <cstdint>

#include "harness/marks.hpp"
#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kSleepers = 100'000;
constexpr std::chrono::milliseconds kSleep(10);

/// noexcept: a lane that runs out of goroutines ends here, with everything still standing.
Task timers(Pass& pass) noexcept {
  auto& marks = fresh_marks(pass.ops);
  WaitGroup all(pass.ops);
  for (auto& mark : marks) {
    pass.note_started(&mark - marks.data());
    go([&mark, &all]() -> Task {
      AWAIT sleep(kSleep);
      ++mark;
      all.done();
    });
  }
  AWAIT all.wait();
  pass.tally.count = set_once(marks);
}

Tally expected(const Pass& pass) { return {.count = pass.ops}; }

const Registration registered{{
    .name = "timers",
    .unit = "sleeper",
    .group = "sync and time",
    .needs = {"G1", "G2", "T1", "T5", "W1"},
    .cases = {{.params = {{"sleep_ms", "10"}}, .fixed_ops = kSleepers}},
    .body = timers,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
