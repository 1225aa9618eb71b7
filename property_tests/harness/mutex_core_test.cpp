// SPDX-License-Identifier: Apache-2.0
// Unit tests of the mutex's state machine; hand_over_explored.cpp searches its schedules.
#include "harness/portable/mutex_core.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "property_tests/harness/fake_runtime.hpp"

namespace gauntlet {
namespace {

using Core = MutexCore<FakeRuntime>;
using Resumed = std::vector<int>;

/// True: locked. False: parked as `goroutine`.
bool lock(Core& core, Core::Locker& self, int goroutine) {
  if (core.start_lock(self)) return true;
  core.stay_parked(self, goroutine);
  return false;
}

TEST(MutexCore, M6_try_lock_takes_it_only_when_free) {
  Core core;
  EXPECT_TRUE(core.try_lock());
  EXPECT_FALSE(core.try_lock());
  core.unlock();
  EXPECT_TRUE(core.try_lock());
}

TEST(MutexCore, M1_unlock_of_unlocked_panics) {
  Core core;
  EXPECT_THROW(core.unlock(), Panic);
}

TEST(MutexCore, M1_unlock_wakes_the_longest_waiter_to_compete) {
  Core core;
  ASSERT_TRUE(core.try_lock());
  Core::Locker one;
  Core::Locker two;
  EXPECT_FALSE(lock(core, one, 1));
  EXPECT_FALSE(lock(core, two, 2));
  EXPECT_EQ(WaitPlace::describe_all(), "mutex (locked): 2 wait to lock\n");
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  EXPECT_FALSE(one.ok);
}

TEST(MutexCore, M1_woken_locker_does_not_forget_those_behind_it) {
  Core core;
  ASSERT_TRUE(core.try_lock());
  Core::Locker one;
  Core::Locker two;
  ASSERT_FALSE(lock(core, one, 1));
  ASSERT_FALSE(lock(core, two, 2));
  core.unlock();
  ASSERT_EQ(FakeRuntime::resumed(), Resumed{1});
  ASSERT_TRUE(lock(core, one, 1));
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{2});
}

TEST(MutexCore, M2_who_lost_a_race_once_is_handed_the_mutex_before_all_others) {
  Core core;
  ASSERT_TRUE(core.try_lock());
  Core::Locker loser;
  Core::Locker later;
  ASSERT_FALSE(lock(core, loser, 1));
  ASSERT_FALSE(lock(core, later, 2));
  core.unlock();
  ASSERT_TRUE(core.try_lock());  // One who was running takes it first.
  ASSERT_FALSE(lock(core, loser, 1));
  FakeRuntime::resumed();
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  EXPECT_TRUE(loser.ok);
  EXPECT_FALSE(core.try_lock());  // It was never free.
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{2});
}

TEST(MutexCore, M1_unlock_with_nobody_left_frees_it) {
  Core core;
  ASSERT_TRUE(core.try_lock());
  Core::Locker one;
  ASSERT_FALSE(lock(core, one, 1));
  core.unlock();
  ASSERT_TRUE(lock(core, one, 1));
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  EXPECT_TRUE(core.try_lock());
}

}  // namespace
}  // namespace gauntlet
