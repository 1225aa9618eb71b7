// SPDX-License-Identifier: Apache-2.0
// One goroutine starts all others, and every 64th of them computes as long as the 63 between: 64
// microseconds against one. One op is a goroutine.
//
// Measures: how well work spreads that one worker makes, in pieces whose length nobody knows beforehand.
// Does not measure: even work (parallel_work); at one worker there is nothing to spread.
// Origin: Go's BenchmarkCreateGoroutines beside its steal order tests; the heavy tail that defeats fixed shares.
#include <cstdint>

#include "harness/burn.hpp"
#include "harness/marks.hpp"
#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kLightNs = 1'000;
constexpr std::int64_t kHeavyNs = 64'000;
constexpr std::int64_t kHeavyEvery = 64;

Task steal_imbalance(Pass& pass) {
  const Burn light(kLightNs);
  const Burn heavy(kHeavyNs);
  auto& marks = fresh_marks(pass.ops);
  WaitGroup all(pass.ops);
  std::int64_t started = 0;
  for (auto& mark : marks) {
    const Burn& burn = started++ % kHeavyEvery == 0 ? heavy : light;
    go([&burn, &mark, &all] {
      burn();
      ++mark;
      all.done();
    });
  }
  AWAIT all.wait();
  pass.tally.count = set_once(marks);
}

Tally expected(const Pass& pass) { return {.count = pass.ops}; }

const Registration registered{{
    .name = "steal_imbalance",
    .unit = "goroutine",
    .group = "scheduling",
    .needs = {"G1", "G2", "W1"},
    .cases = {{}},
    .body = steal_imbalance,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
