// SPDX-License-Identifier: Apache-2.0
// Two goroutines pass one value back and forth: a channel hand-over plus a wake-up, twice per round trip.
//
// Measures: the latency of one wake-up, and what a second worker does to it.
// Does not measure: throughput (nothing is ever queued) or contention (one party is always parked).
// Origin: the oldest message-passing benchmark there is; Go's BenchmarkChanSync measures the same.
#include <cstdint>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

Task ping_pong(Pass& pass) {
  const std::int64_t capacity = pass.params.number("capacity");
  Channel<std::int64_t> ping(capacity);
  Channel<std::int64_t> pong(capacity);
  WaitGroup players(2);
  go([&]() -> Task {
    for (std::int64_t i = 0; i < pass.ops; ++i) {
      AWAIT ping.send(i);
      const auto answer = AWAIT pong.recv();
      pass.tally.sum += *answer;
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
}

Tally expected(const Pass& pass) {
  return {.count = pass.ops, .sum = pass.ops * (pass.ops + 1) / 2};
}

const Registration registered{{
    .name = "ping_pong",
    .unit = "round trip",
    .group = "channels",
    .needs = {"G1", "G2", "C1", "C2", "C8", "C9", "W1"},
    .cases = {{.params = {{"capacity", "0"}}}, {.params = {{"capacity", "1"}}}},
    .body = ping_pong,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
