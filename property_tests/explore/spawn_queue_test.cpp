// SPDX-License-Identifier: Apache-2.0
// What has not begun, under explored schedules: every item is taken once, with its contents, by an owner that takes the newest
// and thieves that take the oldest.
#include "impls/work_stealing/spawn_queue.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "property_tests/explore/expectations.hpp"
#include "property_tests/explore/model_atomics.hpp"
#include "property_tests/explore/taken_once.hpp"

namespace gauntlet::explore {
namespace {

constexpr std::uint64_t kSchedules = 100'000;
constexpr std::uint64_t kMutantSchedules = 200'000;

using Queue = impls::work_stealing::SpawnQueue<std::uint32_t, ModelAtomics, 4>;

/// A thief that takes several at once, as from a run queue.
struct TakesHalf : Queue {
  bool steal(std::uint32_t& item) {
    Loot loot;
    take_half(loot);
    for (std::uint32_t i = 1; i < loot.count; ++i) rest[rests++] = loot.items[i];
    item = loot.count == 0 ? 0 : loot.items[0];
    return loot.count > 0;
  }
  std::array<std::uint32_t, 8> rest{};
  std::uint32_t rests = 0;
};

/// The owner pushes and pops; a generation passes; two thieves.
template <class Q>
struct OwnerAndThieves {
  static constexpr std::size_t kThreads = 3;
  static constexpr std::uint32_t kItems = 5;

  Q queue;
  TakenOnce<kItems> items;
  std::uint32_t pushed = 0;

  void thread(std::size_t self) {
    if (self == 0)
      own();
    else
      steal_twice();
  }

  void finish() {
    for (std::uint32_t item = 0; queue.pop(item);) items.take(item);
    if constexpr (requires { queue.rests; })
      for (std::uint32_t i = 0; i < queue.rests; ++i) items.take(queue.rest[i]);
    items.expect_none_lost(pushed);
  }

 private:
  void own() {
    for (int i = 0; i < 3; ++i) push_next();
    pop_one();
    queue.grow_older();
    pop_one();
    push_next();
    queue.grow_older();
    push_next();
    pop_one();
    pop_one();
  }

  void push_next() {
    items.make(pushed);
    if (queue.push(pushed)) ++pushed;
  }

  void pop_one() {
    std::uint32_t item = 0;
    if (queue.pop(item)) items.take(item);
  }

  void steal_twice() {
    for (int i = 0; i < 2; ++i) {
      std::uint32_t item = 0;
      if (queue.steal(item)) items.take(item);
    }
  }
};

TEST(SpawnQueueExplored, gives_every_item_to_one_taker) {
  expect_sound<OwnerAndThieves<Queue>>(kSchedules);
}

TEST(SpawnQueueExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<OwnerAndThieves<Queue>>(kMutantSchedules, kForAnyReason, Weakening::kNoRelease);
}

TEST(SpawnQueueExplored, mutant_without_the_dekker_pair_is_caught) {
  expect_caught<OwnerAndThieves<Queue>>(kMutantSchedules, "an item is taken twice", Weakening::kNoSequentialConsistency);
}

TEST(SpawnQueueExplored, mutant_whose_thieves_take_several_at_once_is_caught) {
  expect_caught<OwnerAndThieves<TakesHalf>>(kMutantSchedules, "an item is taken twice");
}

}  // namespace
}  // namespace gauntlet::explore
