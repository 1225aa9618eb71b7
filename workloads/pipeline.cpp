// SPDX-License-Identifier: Apache-2.0
// Five stages in a row, each a goroutine that adds one to every value, between a source and a sink.
//
// Measures: six buffered channels in a chain: whether stages work in batches, and whether workers share them.
// Does not measure: stages that compute (worker_pool with work_ns does), or a chain without buffers (sieve).
// The capacity is 2^k - 1, so that runtimes whose rings lose a slot hold as many as the others.
// Origin: the pipelines of the Go blog ("Go Concurrency Patterns: Pipelines and cancellation", 2014).
#include <cstdint>
#include <deque>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kStages = 5;
constexpr std::int64_t kCapacity = 127;

Task stage(ReceiveChannel<std::int64_t> in, SendChannel<std::int64_t> out) {
  while (const auto value = AWAIT in.recv()) AWAIT out.send(*value + 1);
  out.close();
}

Task pipeline(Pass& pass) {
  std::deque<Channel<std::int64_t>> channels;
  WaitGroup goroutines(kStages + 1);
  auto* in = &channels.emplace_back(kCapacity);
  go([in, &pass, &goroutines]() -> Task {
    for (std::int64_t i = 0; i < pass.ops; ++i) AWAIT in->send(i);
    in->close();
    goroutines.done();
  });
  for (std::int64_t i = 0; i < kStages; ++i) {
    auto* out = &channels.emplace_back(kCapacity);
    go([in, out, &goroutines]() -> Task {
      AWAIT stage(*in, *out);
      goroutines.done();
    });
    in = out;
  }
  while (const auto value = AWAIT in->recv()) {
    pass.tally.sum += *value;
    ++pass.tally.count;
  }
  AWAIT goroutines.wait();  // The channels outlive everyone who uses them.
}

Tally expected(const Pass& pass) {
  return {.count = pass.ops, .sum = pass.ops * (pass.ops - 1) / 2 + kStages * pass.ops};
}

const Registration registered{{
    .name = "pipeline",
    .unit = "value",
    .group = "channels",
    .needs = {"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C9", "C11", "W1"},
    .cases = {{.params = {{"stages", "5"}}}},
    .body = pipeline,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
