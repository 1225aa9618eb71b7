// SPDX-License-Identifier: Apache-2.0
// Ten goroutines read what a read-write mutex guards, and every tenth time each of them writes. One op is a
// lock and its unlock.
//
// Measures: shared locks with a writer among them now and then; fairness: how many turns had the others had
// when the first was done?
// Does not measure: long reads side by side, for which such a lock exists; a read looks at two numbers.
// Origin: Go's BenchmarkRWMutexWrite10, 90 reads to 10 writes.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/turns.hpp"
#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kGoroutines = 10;
constexpr std::int64_t kWriteEvery = 10;

struct Guarded {
  RWMutex mutex;
  std::int64_t left = 0;  // Equal to right, but while somebody writes.
  std::int64_t right = 0;
};

Task rwmutex(Pass& pass) {
  Guarded guarded;
  Turns turns(kGoroutines);
  std::vector<std::int64_t> whole(kGoroutines);  // Reads that saw both equal, and writes.
  WaitGroup over(kGoroutines);
  for (std::int64_t self = 0; self < kGoroutines; ++self) {
    go([&, self, at = static_cast<std::size_t>(self)]() -> Task {
      std::int64_t own = 0;
      std::int64_t done = 0;
      for (std::int64_t op = self; op < pass.ops; op += kGoroutines) {
        if (op / kGoroutines % kWriteEvery == 0) {
          AWAIT guarded.mutex.lock();
          own += ++guarded.left == ++guarded.right;
          guarded.mutex.unlock();
        } else {
          AWAIT guarded.mutex.rlock();
          own += guarded.left == guarded.right;
          guarded.mutex.runlock();
        }
        turns.had(at, ++done);
      }
      whole[at] = own;
      turns.ended();
      over.done();
    });
  }
  AWAIT over.wait();
  for (const std::int64_t own : whole) pass.tally.count += own;
  pass.tally.sum = guarded.left;
  pass.shares = turns.when_the_first_ended();
}

Tally expected(const Pass& pass) {
  const std::int64_t rounds = pass.ops / kGoroutines;  // Whole ones; what is over belongs to one more.
  const std::int64_t writers = (rounds + kWriteEvery - 1) / kWriteEvery * kGoroutines;
  const bool last_writes = rounds % kWriteEvery == 0;
  return {.count = pass.ops, .sum = writers + (last_writes ? pass.ops % kGoroutines : 0)};
}

const Registration registered{{
    .name = "rwmutex",
    .unit = "lock and unlock",
    .group = "sync and time",
    .needs = {"G1", "G2", "M3", "W1"},
    .cases = {{.params = {{"reads", "90"}}}},
    .body = rwmutex,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
