// SPDX-License-Identifier: Apache-2.0
// The article's worker pool: one producer sends jobs, `pool` workers double them, one collector adds up.
//
// Measures: a channel that many goroutines share, at both ends; fairness (did every worker get jobs?).
// Does not measure: speed-up from cores, unless work_ns gives the workers something to do.
// Capacities are 2^k - 1, so that runtimes whose rings lose a slot hold as many as the others.
// Origin: the worker pool that the article on goroutines ends with (3 workers, buffers of about 100).
#include <cstdint>

#include "harness/burn.hpp"
#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kCapacity = 127;

Task worker(ReceiveChannel<std::int64_t> jobs, SendChannel<std::int64_t> results, Burn burn,
            std::int64_t& share) {
  std::int64_t done = 0;  // Not counted in place: the shares of neighbours are on one cache line.
  while (const auto job = AWAIT jobs.recv()) {
    burn();
    AWAIT results.send(*job * 2);
    ++done;
  }
  share = done;
}

Task worker_pool(Pass& pass) {
  const std::int64_t pool = pass.params.number("pool");
  const Burn burn(pass.params.number("work_ns"));
  Channel<std::int64_t> jobs(kCapacity);
  Channel<std::int64_t> results(kCapacity);
  WaitGroup workers(pool);
  pass.shares.assign(static_cast<std::size_t>(pool), 0);
  for (auto& share : pass.shares) {
    go([&]() -> Task {
      AWAIT worker(jobs, results, burn, share);
      workers.done();
    });
  }
  WaitGroup producer(1);
  go([&]() -> Task {
    for (std::int64_t job = 0; job < pass.ops; ++job) AWAIT jobs.send(job);
    jobs.close();
    AWAIT workers.wait();
    results.close();
    producer.done();
  });
  while (const auto result = AWAIT results.recv()) {
    pass.tally.sum += *result;
    ++pass.tally.count;
  }
  AWAIT producer.wait();  // The channels outlive everyone who uses them.
}

Tally expected(const Pass& pass) { return {.count = pass.ops, .sum = pass.ops * (pass.ops - 1)}; }

Case of(const char* pool, const char* work_ns) {
  return {.params = {{"pool", pool}, {"work_ns", work_ns}}};
}

const Registration registered{{
    .name = "worker_pool",
    .unit = "job",
    .group = "channels",
    .needs = {"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C9", "C10", "C11", "W1"},
    .cases = {of("3", "0"), of("3", "500"), of("100", "0"), of("100", "500")},
    .body = worker_pool,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
