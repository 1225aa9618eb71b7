// SPDX-License-Identifier: Apache-2.0
// What has not begun: in which order it begins, and when age matters.
#include "impls/work_stealing/spawn_queue.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "harness/contract/atomics.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

using Spawned = SpawnQueue<int, RealAtomics, 8>;

/// The same for an owner with thieves about, and for one that is alone.
class SpawnQueueOf : public ::testing::TestWithParam<bool> {
 protected:
  void push(int item) { EXPECT_GT(is_alone() ? queue.push_alone(item) : queue.push(item), 0U); }
  int pop() {
    int item = 0;
    return (is_alone() ? queue.pop_alone(item) : queue.pop(item)) ? item : kNothing;
  }
  int steal() {
    int item = 0;
    return queue.steal(item) ? item : kNothing;
  }

  static constexpr int kNothing = -1;
  Spawned queue;

 private:
  static bool is_alone() { return GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(, SpawnQueueOf, ::testing::Bool(),
                         [](const auto& with) { return with.param ? "an_owner_alone" : "an_owner_with_thieves"; });

TEST_P(SpawnQueueOf, gives_its_owner_the_newest_and_thieves_the_oldest) {
  for (int item = 1; item <= 4; ++item) push(item);
  EXPECT_EQ(pop(), 4);
  EXPECT_EQ(steal(), 1);
  push(5);
  EXPECT_EQ(pop(), 5);
  EXPECT_EQ(steal(), 2);
  EXPECT_EQ(pop(), 3);
  EXPECT_EQ(pop(), kNothing);
  EXPECT_EQ(steal(), kNothing);
  EXPECT_TRUE(queue.is_empty());
  EXPECT_EQ(queue.fill().size, 0U);
}

TEST_P(SpawnQueueOf, gives_first_what_has_been_there_for_a_whole_generation) {
  push(1);
  push(2);
  queue.grow_older();
  push(3);
  EXPECT_EQ(pop(), 3) << "nothing has seen a whole generation";
  push(4);
  queue.grow_older();
  EXPECT_EQ(pop(), 1);
  push(5);
  EXPECT_EQ(pop(), 2);
  EXPECT_EQ(pop(), 5);
  EXPECT_EQ(pop(), 4);
}

TEST_P(SpawnQueueOf, does_not_take_for_old_what_came_into_an_old_place) {
  push(1);
  push(2);
  queue.grow_older();
  EXPECT_EQ(pop(), 2);
  push(3);
  queue.grow_older();
  EXPECT_EQ(pop(), 1);
  push(4);
  EXPECT_EQ(pop(), 4) << "3 came later";
  EXPECT_EQ(pop(), 3);
}

TEST_P(SpawnQueueOf, goes_on_when_its_places_are_used_again_and_when_it_is_full) {
  for (int round = 0; round < 1000; ++round) {
    for (int item = 0; item < 8; ++item) push(item);
    EXPECT_EQ(queue.push(8), 0U) << "full";
    Spawned::Loot loot;
    queue.take_half(loot);
    ASSERT_EQ(loot.count, 4U);
    for (int item = 0; item < 4; ++item) EXPECT_EQ(loot.items[static_cast<std::size_t>(item)], item);
    if (round % 7 == 0) queue.grow_older();
    std::vector<int> rest;
    for (int item = pop(); item != kNothing; item = pop()) rest.push_back(item);
    EXPECT_EQ(rest, std::vector({7, 6, 5, 4}));
  }
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
