// SPDX-License-Identifier: Apache-2.0
// Unit tests of the queue of waiters.
#include "harness/portable/waiter.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "property_tests/harness/fake_runtime.hpp"

namespace gauntlet {
namespace {

using W = Waiter<FakeRuntime>;

struct Filled {
  WaitQueue<W> queue;
  std::vector<W> waiters;
  explicit Filled(int count) : waiters(static_cast<std::size_t>(count)) {
    for (int i = 0; i < count; ++i) {
      waiters[static_cast<std::size_t>(i)].handle = i;
      queue.push(&waiters[static_cast<std::size_t>(i)]);
    }
  }
  std::vector<int> drained() {
    std::vector<int> order;
    while (W* waiter = queue.pop()) order.push_back(waiter->handle);
    return order;
  }
};

TEST(WaitQueue, is_empty_at_first) {
  WaitQueue<W> queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.pop(), nullptr);
  EXPECT_EQ(queue.front(), nullptr);
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_EQ(queue.take_all(), nullptr);
}

TEST(WaitQueue, C8_first_in_is_first_out) {
  Filled filled(4);
  EXPECT_EQ(filled.queue.size(), 4U);
  EXPECT_EQ(filled.drained(), (std::vector<int>{0, 1, 2, 3}));
  EXPECT_TRUE(filled.queue.empty());
}

TEST(WaitQueue, push_front_goes_before_all) {
  Filled filled(2);
  W late;
  late.handle = 9;
  filled.queue.push_front(&late);
  EXPECT_EQ(filled.drained(), (std::vector<int>{9, 0, 1}));
}

TEST(WaitQueue, push_front_into_an_empty_queue_is_first_and_last) {
  Filled filled(0);
  W one;
  W two;
  one.handle = 1;
  two.handle = 2;
  filled.queue.push_front(&one);
  filled.queue.push(&two);
  EXPECT_EQ(filled.drained(), (std::vector<int>{1, 2}));
}

TEST(WaitQueue, C13_any_one_is_removed_and_the_others_keep_their_order) {
  for (int gone = 0; gone < 4; ++gone) {
    Filled filled(4);
    filled.queue.remove(&filled.waiters[static_cast<std::size_t>(gone)]);
    std::vector<int> expected{0, 1, 2, 3};
    expected.erase(expected.begin() + gone);
    EXPECT_EQ(filled.queue.size(), 3U);
    EXPECT_EQ(filled.drained(), expected);
  }
}

TEST(WaitQueue, take_all_gives_the_chain_and_empties) {
  Filled filled(3);
  std::vector<int> order;
  for (W* waiter = filled.queue.take_all(); waiter != nullptr; waiter = WaitQueue<W>::after(waiter))
    order.push_back(waiter->handle);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
  EXPECT_TRUE(filled.queue.empty());
  W again;
  filled.queue.push(&again);
  EXPECT_EQ(filled.queue.size(), 1U);
}

}  // namespace
}  // namespace gauntlet
