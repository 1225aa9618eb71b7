// SPDX-License-Identifier: Apache-2.0
// A token goes round a ring of `size` goroutines over unbuffered channels; one op is a hop.
//
// Measures: a wake-up whose waker parks at once, where the goroutine that is woken has long left the caches.
// Does not measure: parallelism: one goroutine is awake at any time, a second worker can only be in the way.
// Origin: the thread-ring of the Computer Language Benchmarks Game; Joe Armstrong's exercise before it.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kHops = 200'000;  // So many that starting the ring is no part of the figure.

Task ring(Pass& pass) {
  const auto size = static_cast<std::size_t>(pass.params.number("size"));
  std::deque<Channel<std::int64_t>> links;
  for (std::size_t i = 0; i < size; ++i) links.emplace_back(0);
  std::vector<Tally> seen(size);
  WaitGroup players(static_cast<std::int64_t>(size));
  WaitGroup last_hop(1);
  for (std::size_t self = 0; self < size; ++self) {
    go([&, self]() -> Task {
      auto& next = links[(self + 1) % size];
      while (const auto token = AWAIT links[self].recv()) {
        seen[self].sum += *token;
        ++seen[self].count;
        if (*token == pass.ops)
          last_hop.done();
        else
          AWAIT next.send(*token + 1);
      }
      players.done();
    });
  }
  AWAIT links[0].send(1);
  AWAIT last_hop.wait();
  for (auto& link : links) link.close();
  AWAIT players.wait();
  for (const Tally& each : seen) {
    pass.tally.count += each.count;
    pass.tally.sum += each.sum;
  }
}

Tally expected(const Pass& pass) {
  return {.count = pass.ops, .sum = pass.ops * (pass.ops + 1) / 2};
}

const Registration registered{{
    .name = "ring",
    .unit = "hop",
    .group = "channels",
    .needs = {"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C10", "C12", "W1"},
    .cases = {{.params = {{"size", "1000"}}, .fixed_ops = kHops}},
    .body = ring,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
