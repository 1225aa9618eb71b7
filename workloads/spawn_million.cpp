// SPDX-License-Identifier: Apache-2.0
// A million goroutines. mode=spawn: each starts, marks itself and ends. mode=parked: all of them are alive
// at once, parked on one channel, until it is closed.
//
// Measures: what a goroutine costs, the first time (cold) and again (warm); parked, its memory (by slope).
// Does not measure: deep stacks, or a smaller n: a lane that cannot says where it stopped.
// Origin: the article's claim that a program can have thousands, even millions of them.
#include <cstdint>

#include "harness/marks.hpp"
#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kGoroutines = 1'000'000;

Task spawn(Pass& pass) {
  auto& marks = fresh_marks(pass.ops);
  WaitGroup all(pass.ops);
  for (auto& mark : marks) {
    go([&mark, &all] {
      ++mark;
      all.done();
    });
  }
  AWAIT all.wait();
  pass.tally.count = set_once(marks);
}

/// noexcept: a lane that runs out of goroutines ends here, with the gate still standing.
Task park(Pass& pass) noexcept {
  auto& marks = fresh_marks(pass.ops);
  Channel<int> gate(0);
  WaitGroup all(pass.ops);
  auto mark = marks.begin();
  pass.sample_memory(0);
  for (const std::int64_t alive : MemorySlope::steps(pass.ops)) {
    const auto end = marks.begin() + alive;
    WaitGroup arrived(end - mark);
    for (; mark != end; ++mark) {
      pass.note_started(mark - marks.begin());
      go([&gate, &all, &arrived, &mark = *mark]() -> Task {
        arrived.done();
        const auto value = AWAIT gate.recv();
        if (!value) ++mark;
        all.done();
      });
    }
    AWAIT arrived.wait();
    pass.sample_memory(alive);
  }
  pass.count_maps();
  gate.close();
  AWAIT all.wait();
  pass.tally.count = set_once(marks);
}

Task spawn_million(Pass& pass) {
  if (pass.params.text("mode") == "parked")  // g++ 12 miscompiles ?: under co_await.
    AWAIT park(pass);
  else
    AWAIT spawn(pass);
}

Tally expected(const Pass& pass) { return {.count = pass.ops}; }

const Registration registered{{
    .name = "spawn_million",
    .unit = "goroutine",
    .group = "spawn and memory",
    .needs = {"G1", "G2", "C2", "C5", "C10", "W1"},
    .cases = {{{{"mode", "spawn"}}, kGoroutines, true}, {{{"mode", "parked"}}, kGoroutines, true}},
    .body = spawn_million,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
