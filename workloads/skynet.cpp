// SPDX-License-Identifier: Apache-2.0
// A tree of goroutines: each starts ten and adds up what they send, a million leaves send their number. One
// op is a leaf.
//
// Measures: starting and ending goroutines that wait for each other. The order in which a lane runs what it
// has started decides how many are alive at once; the note beside the figure says which was seen.
// Does not measure: fairness; a lane may run the tree depth first, and then few are alive.
// Origin: Alexander Temerev's Skynet micro benchmark (2016), which compares languages.
#include <algorithm>
#include <cstdint>

#include "harness/workload.hpp"
#include "workloads/spawn_order.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kLeaves = 1'000'000;
constexpr std::int64_t kChildren = 10;

/// noexcept: a lane that runs out of goroutines ends here, with all channels still standing.
Task node(Channel<std::int64_t>& parent, std::int64_t first, std::int64_t size, SpawnOrder* above,
          SpawnOrder* below) noexcept {
  if (above != nullptr) above->begins(first);
  if (size == 1) {
    AWAIT parent.send(first);
  } else {
    Channel<std::int64_t> sums(0);
    const std::int64_t parts = std::min(size, kChildren);
    for (std::int64_t part = 0; part < parts; ++part) {
      const std::int64_t leaf = size * part / parts;
      const std::int64_t leaves = size * (part + 1) / parts - leaf;
      go([=, &sums] { return node(sums, first + leaf, leaves, below, nullptr); });
      if (below != nullptr) below->went_on();
    }
    std::int64_t sum = 0;
    for (std::int64_t part = 0; part < parts; ++part) sum += *AWAIT sums.recv();
    AWAIT parent.send(sum);
  }
}

Task skynet(Pass& pass) {
  Channel<std::int64_t> result(0);
  SpawnOrder order(kChildren);
  go([&result, &order, leaves = pass.ops] { return node(result, 0, leaves, nullptr, &order); });
  pass.tally.sum = *AWAIT result.recv();
  pass.note = order.told();
}

Tally expected(const Pass& pass) { return {.sum = pass.ops * (pass.ops - 1) / 2}; }

const Registration registered{{
    .name = "skynet",
    .unit = "leaf",
    .group = "scheduling",
    .needs = {"G1", "G2", "C1", "C2", "C8", "C10", "C12"},
    .cases = {{{}, kLeaves}},
    .body = skynet,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
