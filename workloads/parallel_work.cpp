// SPDX-License-Identifier: Apache-2.0
// Goroutines that compute for ten microseconds each and do not wait for anyone. One op is a goroutine.
//
// Measures: scaling: with work that needs no sharing, twice the workers are to halve the time.
// Does not measure: the runtime's own costs, which are hundredths of the work; fib has nothing but those.
// Origin: the embarrassingly parallel loop, the one case in which a second worker has no excuse.
#include <cstdint>

#include "harness/burn.hpp"
#include "harness/marks.hpp"
#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kWorkNs = 10'000;

Task parallel_work(Pass& pass) {
  const Burn burn(kWorkNs);
  auto& marks = fresh_marks(pass.ops);
  WaitGroup all(pass.ops);
  for (auto& mark : marks) {
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
    .name = "parallel_work",
    .unit = "goroutine",
    .group = "scheduling",
    .needs = {"G1", "G2", "W1"},
    .cases = {{.params = {{"work_ns", "10000"}}}},
    .body = parallel_work,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
