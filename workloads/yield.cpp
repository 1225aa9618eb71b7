// SPDX-License-Identifier: Apache-2.0
// Goroutines that do nothing but let each other run; one op is a yield.
//
// Measures: one pass through the run queue, without channels; fairness: how many turns had the others had
// when the first was done?
// Does not measure: parking (everyone is always ready), or wake-ups of other workers.
// Origin: Go's BenchmarkYield; 10 goroutines stay in the caches, 1,000 with their stacks do not quite.
#include <cstddef>
#include <cstdint>

#include "harness/turns.hpp"
#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kYields = 1'000'000;  // With 1,000, so that starting them is no part of the figure.

Task yield_in_turns(Pass& pass) {
  const std::int64_t goroutines = pass.params.number("goroutines");
  Turns turns(static_cast<std::size_t>(goroutines));
  WaitGroup start(1);
  WaitGroup over(goroutines);
  for (std::int64_t self = 0; self < goroutines; ++self) {
    go([&, self]() -> Task {
      AWAIT start.wait();
      const std::int64_t own = (pass.ops - self + goroutines - 1) / goroutines;
      for (std::int64_t done = 1; done <= own; ++done) {
        AWAIT yield();
        turns.had(static_cast<std::size_t>(self), done);
      }
      turns.ended();
      over.done();
    });
  }
  start.done();
  AWAIT over.wait();
  pass.tally.count = turns.total();
  pass.shares = turns.when_the_first_ended();
}

Tally expected(const Pass& pass) { return {.count = pass.ops}; }

const Registration registered{{
    .name = "yield",
    .unit = "yield",
    .group = "scheduling",
    .needs = {"G1", "G2", "R6", "W1"},
    .cases = {{.params = {{"goroutines", "10"}}},
              {.params = {{"goroutines", "1000"}}, .fixed_ops = kYields}},
    .body = yield_in_turns,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
