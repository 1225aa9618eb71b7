// SPDX-License-Identifier: Apache-2.0
// The ring of a worker, one thread and many: order, wrap-around, batches, nothing lost or doubled.
#include "impls/work_stealing/run_queue.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "harness/contract/atomics.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

using Queue = RunQueue<std::uint64_t, RealAtomics, 8>;

TEST(RunQueues, is_first_in_first_out) {
  Queue queue;
  std::uint64_t next_out = 0;
  for (std::uint64_t next_in = 0; next_in < 1000;) {
    while (next_in < 1000 && queue.push(next_in)) ++next_in;
    for (int i = 0; i < 3; ++i) {
      std::uint64_t item = 0;
      ASSERT_TRUE(queue.pop(item));
      ASSERT_EQ(item, next_out++);
    }
  }
}

TEST(RunQueues, holds_its_capacity_and_no_more) {
  Queue queue;
  for (std::uint64_t i = 0; i < Queue::kRoom; ++i) EXPECT_TRUE(queue.push(i));
  EXPECT_FALSE(queue.push(99));
}

TEST(RunQueues, the_verbs_of_a_lone_worker_do_the_same) {
  Queue queue;
  for (std::uint64_t i = 0; i < Queue::kRoom; ++i) EXPECT_EQ(queue.push_alone(i), i + 1);
  EXPECT_EQ(queue.push_alone(99), 0U);
  std::uint64_t item = 0;
  for (std::uint64_t i = 0; i < Queue::kRoom; ++i) {
    ASSERT_TRUE(queue.pop_alone(item));
    EXPECT_EQ(item, i);
  }
  EXPECT_FALSE(queue.pop_alone(item));
}

TEST(RunQueues, takes_of_many_what_it_has_room_for) {
  Queue queue;
  const std::array<std::uint64_t, 6> items{0, 1, 2, 3, 4, 5};
  EXPECT_EQ(queue.push_all(items), 6U);
  EXPECT_EQ(queue.push_all(items), 2U);
  EXPECT_EQ(queue.push_all_alone(items), 0U);
  std::uint64_t item = 0;
  for (std::uint64_t i = 0; i < 6; ++i) {
    ASSERT_TRUE(queue.pop(item));
    EXPECT_EQ(item, i);
  }
  EXPECT_EQ(queue.push_all_alone(items), 6U);
}

TEST(RunQueues, a_thief_gets_the_older_half_rounded_up) {
  Queue queue;
  for (std::uint64_t i = 0; i < 5; ++i) queue.push(i);
  Queue::Loot loot;
  queue.take_half(loot);
  ASSERT_EQ(loot.count, 3U);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(loot.items[i], i);
}

TEST(RunQueues, tells_when_a_round_is_over) {
  Queue queue;
  EXPECT_TRUE(queue.is_past(queue.mark())) << "of nothing";
  for (std::uint64_t i = 0; i < 3; ++i) queue.push(i);
  const std::uint32_t mark = queue.mark();
  for (std::uint64_t item = 0, i = 0; i < 3; ++i) {
    EXPECT_FALSE(queue.is_past(mark));
    ASSERT_TRUE(queue.pop(item));
    queue.push(item);
  }
  EXPECT_TRUE(queue.is_past(mark)) << "what came behind it does not count";
}

TEST(RunQueues, loses_and_doubles_nothing_among_thieves) {
  constexpr std::uint64_t kItems = 200'000;
  constexpr int kThieves = 3;
  Queue queue;
  std::vector<std::atomic<int>> taken(kItems);
  std::atomic<std::uint64_t> count{0};
  const auto take = [&](std::uint64_t item) {
    taken[item].fetch_add(1, std::memory_order_relaxed);
    count.fetch_add(1, std::memory_order_relaxed);
  };
  std::vector<std::thread> thieves;
  for (int i = 0; i < kThieves; ++i)
    thieves.emplace_back([&] {
      Queue::Loot loot;
      while (count.load(std::memory_order_relaxed) < kItems) {
        queue.take_half(loot);
        for (std::uint32_t k = 0; k < loot.count; ++k) take(loot.items[k]);
        if (loot.count == 0) std::this_thread::yield();
      }
    });
  std::uint64_t item = 0;
  for (std::uint64_t next = 0; next < kItems;) {
    if (queue.push(next))
      ++next;
    else if (queue.pop(item))
      take(item);
  }
  while (queue.pop(item)) take(item);
  for (std::thread& thief : thieves) thief.join();
  for (const auto& times : taken) ASSERT_EQ(times.load(std::memory_order_relaxed), 1);
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
