// SPDX-License-Identifier: Apache-2.0
// Unit tests of the pictures that workloads take: turns at the first end, and the order of spawning.
#include "harness/turns.hpp"

#include <gtest/gtest.h>

#include <string>

#include "workloads/spawn_order.hpp"

namespace gauntlet {
namespace {

TEST(Turns, keeps_how_far_everybody_was_when_the_first_had_ended) {
  Turns turns(3);
  turns.had(0, 5);
  turns.had(1, 10);
  turns.ended();
  turns.had(0, 10);
  turns.ended();
  EXPECT_EQ(turns.when_the_first_ended(), (std::vector<std::int64_t>{5, 10, 0}));
  EXPECT_EQ(turns.total(), 20);
}

std::string told(std::vector<std::int64_t> order, bool at_once = false) {
  SpawnOrder seen(static_cast<std::int64_t>(order.size()));
  for (const std::int64_t number : order) {
    seen.begins(number);
    if (at_once) seen.went_on();
  }
  return seen.told();
}

TEST(SpawnOrder, tells_the_four_orders_apart) {
  EXPECT_EQ(told({0, 10, 20}), "spawn order: first in, first out");
  EXPECT_EQ(told({20, 10, 0}), "spawn order: last in, first out");
  EXPECT_EQ(told({10, 0, 20}), "spawn order: mixed");
  EXPECT_EQ(told({0, 10, 20}, true), "spawn order: each child at once");
}

}  // namespace
}  // namespace gauntlet
