// SPDX-License-Identifier: Apache-2.0
// Requests come at drawn times, whether or not the last one is done (open loop), so many that half of the workers'
// time is used. A request is work of ten microseconds, twenty times, by two goroutines in turns: each wakes the
// other, which is parked. One op is a wake-up; its time is from being made ready to running.
//
// Measures: scheduling latency under a load that leaves room, as percentiles; the figure is their mean.
// Does not measure: how late timers are (the clock of a wake-up starts when it is sent), or throughput.
// Origin: schbench (Chris Mason), Linux's benchmark of wake-up latency; Go's own figure is /sched/latencies.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <thread>

#include "harness/burn.hpp"
#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kHops = 20;
constexpr std::int64_t kWorkNs = 10'000;

struct Request {
  std::int64_t first;
  std::int64_t hops;
  Channel<std::int64_t> inboxes[2]{Channel<std::int64_t>(1), Channel<std::int64_t>(1)};  // Of times of sending.
  std::int64_t sum = 0;  // Whoever got the last message has it.
};

Task wake_latency(Pass& pass) {
  const Burn burn(kWorkNs);
  std::deque<Request> requests;
  for (std::int64_t first = 0; first < pass.ops; first += kHops)
    requests.emplace_back(first, std::min(kHops, pass.ops - first));
  pass.waits_ns.assign(static_cast<std::size_t>(pass.ops), -1);
  WaitGroup all(2 * std::ssize(requests));
  for (Request& request : requests)
    for (std::size_t self : {0U, 1U})
      go([&, self]() -> Task {
        for (std::int64_t hop = static_cast<std::int64_t>(self); hop < request.hops; hop += 2) {
          const auto sent_ns = AWAIT request.inboxes[self].recv();
          pass.waits_ns[static_cast<std::size_t>(request.first + hop)] = Clock::now_ns() - *sent_ns;
          request.sum += request.first + hop;
          burn();
          if (hop + 1 < request.hops) AWAIT request.inboxes[1 - self].send(Clock::now_ns());
        }
        all.done();
      });
  // Workers that have no core of their own add nothing.
  const double width = std::min(pass.workers, std::max(1U, std::thread::hardware_concurrency()));
  std::exponential_distribution<double> gap_ns(width / 2 / (kHops * kWorkNs));
  std::mt19937_64 dice(pass.seed);
  AWAIT sleep(std::chrono::milliseconds(1));  // Until those that will be woken are parked.
  double due_ns = static_cast<double>(Clock::now_ns());
  for (Request& request : requests) {
    due_ns += gap_ns(dice);
    const std::int64_t early_ns = static_cast<std::int64_t>(due_ns) - Clock::now_ns();
    if (early_ns > 0) AWAIT sleep(std::chrono::nanoseconds(early_ns));
    AWAIT request.inboxes[0].send(Clock::now_ns());
  }
  AWAIT all.wait();
  for (const Request& request : requests) pass.tally.sum += request.sum;
  pass.tally.count = std::ranges::count_if(pass.waits_ns, [](std::int64_t wait_ns) { return wait_ns >= 0; });
}

Tally expected(const Pass& pass) { return {.count = pass.ops, .sum = pass.ops * (pass.ops - 1) / 2}; }

const Registration registered{{
    .name = "wake_latency", .unit = "wake-up", .group = "scheduling",
    .needs = {"G1", "G2", "C1", "C2", "C5", "C7", "C8", "T1", "W1"},
    .cases = {{.params = {{"load_percent", "50"}, {"work_ns", "10000"}}}},
    .body = wake_latency, .expected = expected}};

}  // namespace
}  // namespace gauntlet
