// SPDX-License-Identifier: Apache-2.0
// `side` senders and as many receivers share one channel.
//
// Measures: contention for one channel at both ends; fairness (how many items did each receiver get?).
// Does not measure: hand-over without a buffer (ping_pong), or jobs that take time (worker_pool).
// The capacity is 2^k - 1, so that runtimes whose rings lose a slot hold as many as the others.
// Origin: the multi-producer multi-consumer test of every queue; 4 fit the cores, 64 do not.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kCapacity = 127;

Task mpmc(Pass& pass) {
  const std::int64_t side = pass.params.number("side");
  Channel<std::int64_t> channel(kCapacity);
  WaitGroup senders(side);
  WaitGroup receivers(side);
  std::vector<std::int64_t> sums(static_cast<std::size_t>(side));
  pass.shares.assign(sums.size(), 0);
  for (std::int64_t first = 0; first < side; ++first) {
    go([&, first]() -> Task {
      for (std::int64_t item = first; item < pass.ops; item += side) AWAIT channel.send(item);
      senders.done();
    });
  }
  for (std::size_t self = 0; self < sums.size(); ++self) {
    go([&, self]() -> Task {
      Tally own;  // Not in place: the sums of neighbours are on one cache line.
      while (const auto item = AWAIT channel.recv()) {
        own.sum += *item;
        ++own.count;
      }
      sums[self] = own.sum;
      pass.shares[self] = own.count;
      receivers.done();
    });
  }
  AWAIT senders.wait();
  channel.close();
  AWAIT receivers.wait();
  for (const std::int64_t share : pass.shares) pass.tally.count += share;
  for (const std::int64_t sum : sums) pass.tally.sum += sum;
}

Tally expected(const Pass& pass) {
  return {.count = pass.ops, .sum = pass.ops * (pass.ops - 1) / 2};
}

const Registration registered{{
    .name = "mpmc",
    .unit = "item",
    .group = "channels",
    .needs = {"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C9", "C10", "W1"},
    .cases = {{.params = {{"side", "4"}}}, {.params = {{"side", "64"}}}},
    .body = mpmc,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
