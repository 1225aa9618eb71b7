// SPDX-License-Identifier: Apache-2.0
// Unit tests of the wait group's state machine; hand_over_explored.cpp searches its schedules.
#include "harness/portable/wait_group_core.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "property_tests/harness/fake_runtime.hpp"

namespace gauntlet {
namespace {

using Core = WaitGroupCore<FakeRuntime>;
using Resumed = std::vector<int>;

TEST(WaitGroupCore, W1_wait_at_zero_does_not_park) {
  Core core(0);
  Waiter<FakeRuntime> self;
  EXPECT_TRUE(core.start_wait(self));
}

TEST(WaitGroupCore, W1_last_done_resumes_every_waiter_once) {
  Core core(2);
  Waiter<FakeRuntime> one;
  Waiter<FakeRuntime> two;
  ASSERT_FALSE(core.start_wait(one));
  core.stay_parked(one, 1);
  ASSERT_FALSE(core.start_wait(two));
  core.stay_parked(two, 2);
  EXPECT_EQ(WaitPlace::describe_all(), "wait group (counter 2): 2 wait for it to reach 0\n");
  core.done();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});
  core.done();
  EXPECT_EQ(FakeRuntime::resumed(), (Resumed{1, 2}));
  EXPECT_EQ(WaitPlace::describe_all(), "");
}

TEST(WaitGroupCore, W2_negative_counter_panics) {
  Core core(1);
  EXPECT_THROW(core.add(-2), Panic);
  EXPECT_THROW(Core{-1}, Panic);
}

TEST(WaitGroupCore, W3_is_used_again_after_wait) {
  Core core(0);
  for (int round = 1; round <= 3; ++round) {
    core.add(1);
    Waiter<FakeRuntime> self;
    ASSERT_FALSE(core.start_wait(self));
    core.stay_parked(self, round);
    core.done();
    EXPECT_EQ(FakeRuntime::resumed(), Resumed{round});
  }
}

TEST(WaitGroupCore, W4_counter_may_grow_while_somebody_waits) {
  Core core(1);
  Waiter<FakeRuntime> self;
  ASSERT_FALSE(core.start_wait(self));
  core.stay_parked(self, 1);
  core.add(2);
  core.done();
  core.done();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});
  core.done();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
}

}  // namespace
}  // namespace gauntlet
