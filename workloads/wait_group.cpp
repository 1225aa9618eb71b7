// SPDX-License-Identifier: Apache-2.0
// Five workers, round after round: all wait for a start, each says that it is done, and one waits for all of
// them. One op is a round.
//
// Measures: a wait group from both sides: many that wait for one, and one that waits for many.
// Does not measure: starting goroutines: the workers live for the whole pass (spawn_million starts some).
// Origin: the WaitGroup of the article on goroutines, 5 workers, here as a barrier that is used again.
#include <array>
#include <cstddef>
#include <cstdint>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kWorkers = 5;

Task wait_group(Pass& pass) {
  // Who has come to the end of a round has left its start: so two starts are enough.
  std::array<WaitGroup, 2> start;
  WaitGroup end;
  WaitGroup over(kWorkers);
  std::array<std::int64_t, kWorkers> rounds{};
  start[0].add(1);
  for (auto& own : rounds) {
    go([&]() -> Task {
      std::int64_t done = 0;
      for (; done < pass.ops; ++done) {
        AWAIT start[static_cast<std::size_t>(done % 2)].wait();
        end.done();
      }
      own = done;
      over.done();
    });
  }
  for (std::int64_t round = 0; round < pass.ops; ++round) {
    end.add(kWorkers);
    start[static_cast<std::size_t>((round + 1) % 2)].add(1);
    start[static_cast<std::size_t>(round % 2)].done();
    AWAIT end.wait();
    ++pass.tally.count;
  }
  AWAIT over.wait();
  for (const std::int64_t own : rounds) pass.tally.sum += own;
}

Tally expected(const Pass& pass) { return {.count = pass.ops, .sum = pass.ops * kWorkers}; }

const Registration registered{{
    .name = "wait_group",
    .unit = "round",
    .group = "sync and time",
    .needs = {"G1", "G2", "W1", "W3"},
    .cases = {{.params = {{"workers", "5"}}}},
    .body = wait_group,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
