// SPDX-License-Identifier: Apache-2.0
// Two goroutines play ping-pong beside a third that computes: a microsecond, then it lets others run, as long
// as the two play. One op is a round trip.
//
// Measures: what a neighbour that is always ready costs those who wait for each other; fairness: round trips
// against microseconds that the third has had.
// Does not measure: preemption; a goroutine that never yields keeps its worker on most lanes.
// Origin: Go's BenchmarkPingPongHog.
#include <atomic>
#include <cstdint>

#include "harness/burn.hpp"
#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kSliceNs = 1'000;

Task hog(Pass& pass) {
  const Burn burn(kSliceNs);
  Channel<std::int64_t> ping(0);
  Channel<std::int64_t> pong(0);
  WaitGroup players(2);
  WaitGroup neighbour(1);
  std::atomic<bool> over{false};
  std::int64_t slices = 0;
  go([&]() -> Task {
    while (!over.load(std::memory_order_relaxed)) {  // It ends soon; nothing else depends on when.
      burn();
      ++slices;
      AWAIT yield();
    }
    neighbour.done();
  });
  go([&]() -> Task {
    for (std::int64_t i = 0; i < pass.ops; ++i) {
      AWAIT ping.send(i);
      pass.tally.sum += *AWAIT pong.recv();
      ++pass.tally.count;
    }
    players.done();
  });
  go([&]() -> Task {
    for (std::int64_t i = 0; i < pass.ops; ++i) {
      const auto question = AWAIT ping.recv();
      AWAIT pong.send(*question + 1);
    }
    players.done();
  });
  AWAIT players.wait();
  over.store(true, std::memory_order_relaxed);
  AWAIT neighbour.wait();
  pass.shares = {pass.tally.count, slices};
}

Tally expected(const Pass& pass) {
  return {.count = pass.ops, .sum = pass.ops * (pass.ops + 1) / 2};
}

const Registration registered{{
    .name = "hog",
    .unit = "round trip",
    .group = "scheduling",
    .needs = {"G1", "G2", "C1", "C2", "C8", "R6", "W1"},
    .cases = {{.params = {{"slice_ns", "1000"}}}},
    .body = hog,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
