// SPDX-License-Identifier: Apache-2.0
// Ping-pong of two goroutines that go down fifty calls before they wait, and come back with the answer. One
// op is a round trip.
//
// Measures: parking with fifty live frames: on a stack of its own that is next to nothing, with stackless
// coroutines each frame is an allocation, and fifty awaits lead back.
// Does not measure: the memory of deep stacks, or their growth.
// Origin: the question of the two colours: who pays for a park that is not at the surface?
#include <cstdint>
#include <optional>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr int kDepth = 50;

/// Each frame has something to do afterwards, so that none is a tail call; and none is put into another one: where the
/// compiler was free to, fifty calls were a handful.
[[gnu::noinline]] Task dive(int depth, Channel<std::int64_t>& channel, std::int64_t& value) {
  if (depth == 0) {
    const auto received = AWAIT channel.recv();
    value = *received;
  } else {
    AWAIT dive(depth - 1, channel, value);
    ++value;
  }
}

Task deep_park(Pass& pass) {
  Channel<std::int64_t> ping(0);
  Channel<std::int64_t> pong(0);
  WaitGroup players(2);
  go([&]() -> Task {
    for (std::int64_t i = 0; i < pass.ops; ++i) {
      AWAIT ping.send(i);
      std::int64_t answer = 0;
      AWAIT dive(kDepth, pong, answer);
      pass.tally.sum += answer;
      ++pass.tally.count;
    }
    players.done();
  });
  go([&]() -> Task {
    for (std::int64_t i = 0; i < pass.ops; ++i) {
      std::int64_t question = 0;
      AWAIT dive(kDepth, ping, question);
      AWAIT pong.send(question);
    }
    players.done();
  });
  AWAIT players.wait();
}

Tally expected(const Pass& pass) {
  return {.count = pass.ops, .sum = pass.ops * (pass.ops - 1) / 2 + 2 * kDepth * pass.ops};
}

const Registration registered{{
    .name = "deep_park",
    .unit = "round trip",
    .group = "scheduling",
    .needs = {"G1", "G2", "G5", "C1", "C2", "C8", "W1"},
    .cases = {{.params = {{"depth", "50"}}}},
    .body = deep_park,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
