// SPDX-License-Identifier: Apache-2.0
// One sender, one receiver, one channel: the throughput of a stream.
//
// Measures: what a value costs on its way; with a buffer, whether sender and receiver work in batches.
// Does not measure: contention (each end has one user) or latency (with a buffer nobody waits for one value).
// The capacity is 0 or 2^k - 1, so that runtimes whose rings lose a slot hold as many as the others.
// Origin: the producer and consumer of every text on concurrency; Go's BenchmarkChanProdCons is its kin.
#include <cstdint>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

Task spsc(Pass& pass) {
  Channel<std::int64_t> channel(pass.params.number("capacity"));
  WaitGroup sender(1);
  go([&]() -> Task {
    for (std::int64_t i = 0; i < pass.ops; ++i) AWAIT channel.send(i);
    channel.close();
    sender.done();
  });
  while (const auto item = AWAIT channel.recv()) {
    pass.tally.sum += *item;
    ++pass.tally.count;
  }
  AWAIT sender.wait();  // The channel outlives everyone who uses it.
}

Tally expected(const Pass& pass) {
  return {.count = pass.ops, .sum = pass.ops * (pass.ops - 1) / 2};
}

const Registration registered{{
    .name = "spsc",
    .unit = "item",
    .group = "channels",
    .needs = {"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C9", "W1"},
    .cases = {{.params = {{"capacity", "0"}}}, {.params = {{"capacity", "127"}}}},
    .body = spsc,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
