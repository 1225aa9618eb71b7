// SPDX-License-Identifier: Apache-2.0
// Unit tests of Once's state machine; sync_explored.cpp searches its schedules.
#include "harness/portable/once_core.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "property_tests/harness/fake_runtime.hpp"

namespace gauntlet {
namespace {

using Core = OnceCore<FakeRuntime>;
using Resumed = std::vector<int>;

TEST(OnceCore, M4_first_caller_runs_it_and_those_who_come_meanwhile_wait_for_its_end) {
  Core core;
  Waiter<FakeRuntime> first;
  Waiter<FakeRuntime> second;
  Waiter<FakeRuntime> third;
  EXPECT_EQ(core.start(first), OnceTurn::kMine);
  ASSERT_EQ(core.start(second), OnceTurn::kWait);
  core.stay_parked(second, 2);
  ASSERT_EQ(core.start(third), OnceTurn::kWait);
  core.stay_parked(third, 3);
  EXPECT_EQ(WaitPlace::describe_all(), "once (its function runs): 2 wait for its end\n");
  EXPECT_FALSE(core.is_done());
  core.finish();
  EXPECT_EQ(FakeRuntime::resumed(), (Resumed{2, 3}));
}

TEST(OnceCore, M4_later_callers_have_nothing_to_do) {
  Core core;
  Waiter<FakeRuntime> self;
  ASSERT_EQ(core.start(self), OnceTurn::kMine);
  core.finish();
  EXPECT_TRUE(core.is_done());
  EXPECT_EQ(core.start(self), OnceTurn::kDone);
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});
}

}  // namespace
}  // namespace gauntlet
