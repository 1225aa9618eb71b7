// SPDX-License-Identifier: Apache-2.0
// A thousand goroutines wait to receive from one channel; it is closed and wakes them all. Again and again,
// with a new channel each time; one op is a goroutine that was woken.
//
// Measures: waking many at once, and how fast they park again behind each other.
// Does not measure: starting goroutines (they live for the whole pass) or values (none is sent).
// Origin: close as a broadcast, Go's idiom for "stop, all of you"; what a canceled context does.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kWaiters = 1000;
constexpr std::int64_t kWakes = 100'000;  // So many that starting the waiters is no part of the figure.

Task broadcast_close(Pass& pass) {
  const std::int64_t waiters = std::min(kWaiters, pass.ops);
  std::deque<Channel<int>> gates;
  for (std::int64_t woken = 0; woken < pass.ops; woken += waiters) gates.emplace_back(0);
  WaitGroup waiting(waiters);
  WaitGroup over(waiters);
  std::vector<std::int64_t> wakes(static_cast<std::size_t>(waiters));
  for (std::int64_t self = 0; self < waiters; ++self) {
    go([&, self]() -> Task {
      std::int64_t woken = 0;
      for (std::int64_t turn = self; turn < pass.ops; turn += waiters) {
        waiting.done();
        const auto value = AWAIT gates[static_cast<std::size_t>(turn / waiters)].recv();
        if (!value) ++woken;
      }
      wakes[static_cast<std::size_t>(self)] = woken;
      over.done();
    });
  }
  std::int64_t left = pass.ops;
  for (auto& gate : gates) {
    AWAIT waiting.wait();  // All have said that they wait; the last of them does in a moment.
    left -= waiters;
    waiting.add(std::clamp(left, std::int64_t{0}, waiters));
    gate.close();
  }
  AWAIT over.wait();
  for (const std::int64_t each : wakes) pass.tally.count += each;
}

Tally expected(const Pass& pass) { return {.count = pass.ops}; }

const Registration registered{{
    .name = "broadcast_close",
    .unit = "wake-up",
    .group = "channels",
    .needs = {"G1", "G2", "C2", "C5", "C10", "C13", "W1", "W3"},
    .cases = {{.params = {{"waiters", "1000"}}, .fixed_ops = kWakes}},
    .body = broadcast_close,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
