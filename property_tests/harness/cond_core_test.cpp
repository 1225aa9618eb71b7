// SPDX-License-Identifier: Apache-2.0
// Unit tests of the condition variable's state machine; sync_explored.cpp searches its schedules.
#include "harness/portable/cond_core.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "property_tests/harness/fake_runtime.hpp"

namespace gauntlet {
namespace {

using Core = CondCore<FakeRuntime>;
using Sleeper = Core::Sleeper;
using Resumed = std::vector<int>;

/// Precondition: it has drawn. True: its ticket was called already. False: parked as `number`.
bool wait(Core& core, Sleeper& self, int number) {
  if (core.start_wait(self)) return true;
  core.stay_parked(self, number);
  return false;
}

TEST(CondCore, M5_signal_wakes_the_longest_waiter_and_broadcast_the_rest) {
  Core core;
  Sleeper one;
  Sleeper two;
  Sleeper three;
  for (Sleeper* each : {&one, &two, &three}) core.draw(*each);
  EXPECT_FALSE(wait(core, one, 1));
  EXPECT_FALSE(wait(core, two, 2));
  EXPECT_FALSE(wait(core, three, 3));
  EXPECT_EQ(WaitPlace::describe_all(), "cond (not signalled): 3 wait for a signal\n");
  core.signal();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  core.broadcast();
  EXPECT_EQ(FakeRuntime::resumed(), (Resumed{2, 3}));
}

TEST(CondCore, M5_signal_without_a_waiter_is_not_kept) {
  Core core;
  Sleeper one;
  core.signal();
  core.broadcast();
  core.draw(one);
  EXPECT_FALSE(wait(core, one, 1));
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});
  core.signal();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
}

TEST(CondCore, M5_signal_between_unlock_and_park_is_not_lost) {
  Core core;
  Sleeper one;
  core.draw(one);
  core.signal();
  EXPECT_TRUE(wait(core, one, 1));
  core.draw(one);
  core.broadcast();
  EXPECT_TRUE(wait(core, one, 1));
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});
}

TEST(CondCore, M5_later_waiter_does_not_take_the_signal_of_an_earlier_one) {
  Core core;
  Sleeper early;
  Sleeper late;
  core.draw(early);
  core.draw(late);
  EXPECT_FALSE(wait(core, late, 2));
  core.signal();  // The early one's, which is still on its way.
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});
  EXPECT_TRUE(wait(core, early, 1));
  core.signal();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{2});
}

TEST(CondCore, M5_tickets_are_called_in_the_order_drawn_whatever_the_order_of_the_queue) {
  Core core;
  Sleeper first;
  Sleeper second;
  core.draw(first);
  core.draw(second);
  EXPECT_FALSE(wait(core, second, 2));
  EXPECT_FALSE(wait(core, first, 1));
  core.signal();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  core.signal();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{2});
}

}  // namespace
}  // namespace gauntlet
