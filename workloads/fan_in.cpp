// SPDX-License-Identifier: Apache-2.0
// Ten sources, each with a channel of its own; a goroutine for each forwards into one channel that all share.
//
// Measures: two channels per item, the second with ten senders; fairness: how far were the other sources
// when the first had sent its last item?
// Does not measure: select; the other way to merge channels, with one goroutine, is the workload of that name.
// The capacities are 2^k - 1, so that runtimes whose rings lose a slot hold as many as the others.
// Origin: the fan-in of Rob Pike's talk on Go's concurrency patterns (2012).
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kSources = 10;
constexpr std::int64_t kCapacity = 15;

std::int64_t quota(std::int64_t source, std::int64_t ops) {
  return (ops - source + kSources - 1) / kSources;
}

Task fan_in(Pass& pass) {
  std::deque<Channel<std::int64_t>> own;
  Channel<std::int64_t> merged(kCapacity);
  WaitGroup users(2 * kSources);  // The channels outlive them.
  for (std::int64_t source = 0; source < kSources; ++source) {
    auto& channel = own.emplace_back(kCapacity);
    go([&channel, &users, &pass, source]() -> Task {
      for (std::int64_t item = source; item < pass.ops; item += kSources) AWAIT channel.send(item);
      channel.close();
      users.done();
    });
    go([&channel, &merged, &users]() -> Task {
      while (const auto item = AWAIT channel.recv()) AWAIT merged.send(*item);
      users.done();
    });
  }
  WaitGroup closer(1);
  go([&]() -> Task {
    AWAIT users.wait();
    merged.close();
    closer.done();
  });
  std::vector<std::int64_t> seen(kSources);
  while (const auto item = AWAIT merged.recv()) {
    pass.tally.sum += *item;
    ++pass.tally.count;
    const std::int64_t source = *item % kSources;
    const bool last = ++seen[static_cast<std::size_t>(source)] == quota(source, pass.ops);
    if (last && pass.shares.empty()) pass.shares = seen;
  }
  AWAIT closer.wait();
}

Tally expected(const Pass& pass) {
  return {.count = pass.ops, .sum = pass.ops * (pass.ops - 1) / 2};
}

const Registration registered{{
    .name = "fan_in",
    .unit = "item",
    .group = "channels",
    .needs = {"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C9", "C10", "W1"},
    .cases = {{}},
    .body = fan_in,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
