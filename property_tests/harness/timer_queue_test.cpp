// SPDX-License-Identifier: Apache-2.0
// Unit tests of the queue of deadlines, most of them against a plain sorted list.
#include "harness/portable/timer_queue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace gauntlet {
namespace {

struct Named {
  int number;
};
using Queue = TimerQueue<Named>;

TEST(TimerQueue, T_earliest_comes_first_and_equal_ones_in_their_order) {
  std::vector<Named> named{{0}, {1}, {2}, {3}, {4}};
  const std::vector<std::int64_t> when{500, 70, 500, 3'000'000'000, 70};
  Queue queue;
  EXPECT_EQ(queue.earliest(), Queue::kEmpty);
  for (std::size_t i = 0; i < named.size(); ++i) queue.push({when[i], &named[i]});
  EXPECT_EQ(queue.earliest(), 70);
  std::vector<int> order;
  Queue::Entry entry{};
  EXPECT_FALSE(queue.pop_due(69, entry));
  while (queue.pop_due(3'000'000'000, entry)) order.push_back(entry.timer->number);
  EXPECT_EQ(order, (std::vector<int>{1, 4, 0, 2, 3}));
  EXPECT_EQ(queue.size(), 0U);
}

TEST(TimerQueue, T_deadline_that_has_passed_is_due_at_once) {
  Named late{1};
  Named early{2};
  Queue queue;
  queue.push({1000, &late});
  Queue::Entry entry{};
  ASSERT_TRUE(queue.pop_due(1000, entry));
  queue.push({2000, &late});
  queue.push({3, &early});
  ASSERT_TRUE(queue.pop_due(1000, entry));
  EXPECT_EQ(entry.timer, &early);
  EXPECT_EQ(entry.when, 3);
  EXPECT_EQ(queue.earliest(), 2000);
}

TEST(TimerQueue, T_hundred_that_have_passed_in_any_order_all_come_at_once) {
  std::vector<Named> named(101);
  Queue queue;
  queue.push({1'000'000, &named[100]});
  queue.push({1'000'007, &named[100]});
  for (int i = 0; i < 40; ++i) queue.push({2'000'000 - i, &named[100]});
  Queue::Entry entry{};
  ASSERT_TRUE(queue.pop_due(1'000'000, entry));
  ASSERT_TRUE(queue.pop_due(1'000'007, entry));
  ASSERT_TRUE(queue.pop_due(2'000'000, entry));  // The floor is up there now.
  for (std::size_t i = 0; i < 100; ++i) queue.push({1000 - static_cast<std::int64_t>(i), &named[i]});
  std::size_t came = 0;
  while (queue.pop_due(1'500'000, entry)) ++came;
  EXPECT_EQ(came, 100U);
  EXPECT_EQ(queue.size(), 39U);
}

TEST(TimerQueue, T_queue_that_was_emptied_beyond_the_present_starts_again_in_order) {
  std::vector<Named> named{{0}, {1}};
  Queue queue;
  for (int i = 0; i < 40; ++i) queue.push({9'000'000 - 7 * i, &named[0]});
  Queue::Entry entry{};
  while (queue.pop_due(Queue::kEmpty - 1, entry)) {
  }
  queue.restart();
  queue.push({2000, &named[1]});
  queue.push({1000, &named[0]});
  ASSERT_TRUE(queue.pop_due(1000, entry));
  EXPECT_EQ(entry.when, 1000);
  EXPECT_FALSE(queue.pop_due(1999, entry));
}

/// Pushes and pops in any order agree with a stable sorted list.
RC_GTEST_PROP(TimerQueue, T_agrees_with_a_sorted_list, ()) {
  Queue queue;
  std::multimap<std::int64_t, Named*> model;
  std::vector<Named> named(200);
  std::int64_t now = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  const auto steps = *rc::gen::container<std::vector<int>>(200, rc::gen::inRange(0, 64));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const int step = steps[i];
    if (step % 4 != 3) {  // Ranges from one nanosecond to days.
      const std::int64_t when = now + *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << (step / 2 + 1));
      queue.push({when, &named[i]});
      model.emplace(when, &named[i]);
    } else {
      now += *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << (step / 2 + 1));
      Queue::Entry entry{};
      while (queue.pop_due(now, entry)) {
        RC_ASSERT(!model.empty());
        RC_ASSERT(entry.when == model.begin()->first);
        RC_ASSERT(entry.timer == model.begin()->second);
        model.erase(model.begin());
      }
    }
    RC_ASSERT(queue.size() == model.size());
    RC_ASSERT(queue.earliest() == (model.empty() ? Queue::kEmpty : model.begin()->first));
    // In parentheses: RapidCheck's own || evaluates all of it.
    RC_ASSERT((model.empty() || model.begin()->first > now || step % 4 != 3));
  }
}

TEST(TimerQueue, T_what_is_stale_is_taken_out_and_the_rest_stays_in_order) {
  std::vector<Named> named(1000);
  Queue queue;
  for (std::size_t i = 0; i < named.size(); ++i) {
    named[i].number = static_cast<int>(i);
    queue.push({static_cast<std::int64_t>(i * 7919 % 1000 * 1'000'000), &named[i]});
  }
  int dropped = 0;
  queue.remove_if([](const Queue::Entry& entry) { return entry.timer->number % 3 != 0; },
                  [&](const Queue::Entry&) { ++dropped; });
  EXPECT_EQ(dropped, 666);
  EXPECT_EQ(queue.size(), 334U);
  Queue::Entry entry{};
  std::int64_t last = -1;
  int kept = 0;
  while (queue.pop_due(Queue::kEmpty - 1, entry)) {
    EXPECT_GT(entry.when, last);
    EXPECT_EQ(entry.timer->number % 3, 0);
    last = entry.when;
    ++kept;
  }
  EXPECT_EQ(kept, 334);
}

}  // namespace
}  // namespace gauntlet
