// SPDX-License-Identifier: Apache-2.0
// Goroutines that lock one mutex, count, and unlock it, until all is counted. One op is a lock and its unlock.
//
// Measures: with one goroutine the bare price, with ten the contention; fairness: how often did each have it?
// Does not measure: long critical sections; a counter is all that is guarded.
// Origin: Go's BenchmarkMutexUncontended and BenchmarkMutex.
#include <cstddef>
#include <cstdint>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

struct Guarded {
  Mutex mutex;
  std::int64_t counter = 0;
  std::int64_t sum = 0;
};

Task mutex(Pass& pass) {
  const std::int64_t goroutines = pass.params.number("goroutines");
  Guarded guarded;
  WaitGroup over(goroutines);
  pass.shares.assign(static_cast<std::size_t>(goroutines), 0);
  for (auto& share : pass.shares) {
    go([&guarded, &over, &share, ops = pass.ops]() -> Task {
      std::int64_t own = 0;  // Not counted in place: the shares of neighbours are on one cache line.
      for (bool more = true; more;) {
        AWAIT guarded.mutex.lock();
        more = guarded.counter < ops;
        if (more) {
          guarded.sum += ++guarded.counter;
          ++own;
        }
        guarded.mutex.unlock();
      }
      share = own;
      over.done();
    });
  }
  AWAIT over.wait();
  for (const std::int64_t share : pass.shares) pass.tally.count += share;
  pass.tally.sum = guarded.sum;
}

Tally expected(const Pass& pass) {
  return {.count = pass.ops, .sum = pass.ops * (pass.ops + 1) / 2};
}

const Registration registered{{
    .name = "mutex",
    .unit = "lock and unlock",
    .group = "sync and time",
    .needs = {"G1", "G2", "M1", "W1"},
    .cases = {{.params = {{"goroutines", "1"}}}, {.params = {{"goroutines", "10"}}}},
    .body = mutex,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
