// SPDX-License-Identifier: Apache-2.0
// The hand-over protocols of wait group and mutex (a word, a lock, a queue) under explored schedules in weak
// memory: nobody is forgotten, nobody is let in twice, nothing is touched after its owner may end it.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "harness/portable/mutex_core.hpp"
#include "harness/portable/wait_group_core.hpp"
#include "property_tests/explore/expectations.hpp"
#include "property_tests/harness/model_runtime.hpp"

namespace gauntlet::explore {
namespace {

constexpr std::uint64_t kSchedules = 30'000;
constexpr std::uint64_t kMutantSchedules = 100'000;

using Group = WaitGroupCore<ModelRuntime, MortalAtomics>;
using Lock = MutexCore<ModelRuntime, MortalAtomics>;

void wait(Group& group) {
  Waiter<ModelRuntime> self;
  if (group.start_wait(self)) return;
  ModelRuntime::suspend([&](std::size_t handle) {
    group.stay_parked(self, handle);
    return true;
  });
}

/// Two goroutines are waited for by a third, which then ends the group.
template <bool kLooksAgain>
struct WaitedFor {
  static constexpr std::size_t kThreads = 3;
  ModelRuntime runtime;
  std::optional<Group> group{std::in_place, 2};
  PlainDatum first;
  PlainDatum second;

  void thread(std::size_t self) {
    if (self == 0) {
      wait(*group);
      if (first.read() != 1 || second.read() != 1) Explorer::now().fail("wait() returned early");
      group.reset();
      return;
    }
    (self == 1 ? first : second).write(1);
    group->done();
    if constexpr (kLooksAgain) group->add(0);
  }
  void finish() {}
};

/// Two wait for one; who returns last ends the group.
struct TwoWait {
  static constexpr std::size_t kThreads = 3;
  ModelRuntime runtime;
  std::optional<Group> group{std::in_place, 1};
  PlainDatum work;
  ModelAtomic<std::uint32_t> returned;

  void thread(std::size_t self) {
    if (self == 0) {
      work.write(1);
      group->done();
      return;
    }
    wait(*group);
    if (work.read() != 1) Explorer::now().fail("wait() returned early");
    if (returned.fetch_add(1, std::memory_order_acq_rel) == 1) group.reset();
  }
  void finish() {
    if (returned.load(std::memory_order_relaxed) != 2) Explorer::now().fail("a waiter is forgotten");
  }
};

/// Three lock twice each; the last one out ends the mutex. kShortWay: a woken goroutine forgets that it lost
/// a race, and takes a free mutex as a newcomer would.
template <bool kShortWay>
struct ThreeLock {
  static constexpr std::size_t kThreads = 3;
  static constexpr std::uint64_t kTurns = 2 * kThreads;
  ModelRuntime runtime;
  std::optional<Lock> mutex{std::in_place};
  PlainDatum turns;

  void thread(std::size_t) {
    for (int round = 0; round < 2; ++round) {
      lock();
      const std::uint64_t turn = turns.read() + 1;
      turns.write(turn);
      mutex->unlock();
      if (turn == kTurns) mutex.reset();
    }
  }
  void finish() {
    if (turns.read() != kTurns) Explorer::now().fail("a turn is lost");
  }

  void lock() {
    Lock::Locker self;
    while (!mutex->start_lock(self)) {
      ModelRuntime::suspend([&](std::size_t handle) {
        mutex->stay_parked(self, handle);
        return true;
      });
      if (self.ok) return;
      if constexpr (kShortWay) self.lost_once = false;
    }
  }
};

TEST(WaitGroupExplored, returns_after_the_last_done_and_may_die_at_once) {
  expect_sound<WaitedFor<false>>(kSchedules);
}

TEST(WaitGroupExplored, wakes_both_waiters_and_may_die_at_once) {
  expect_sound<TwoWait>(kSchedules);
}

TEST(WaitGroupExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<WaitedFor<false>>(kMutantSchedules, "data race", Weakening::kNoRelease);
}

TEST(WaitGroupExplored, mutant_that_looks_again_after_done_is_caught) {
  expect_caught<WaitedFor<true>>(kMutantSchedules, "touched after its death");
}

TEST(MutexExplored, lets_one_in_forgets_none_and_may_die_after_the_last_unlock) {
  expect_sound<ThreeLock<false>>(kSchedules);
}

TEST(MutexExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<ThreeLock<false>>(kMutantSchedules, "data race", Weakening::kNoRelease);
}

TEST(MutexExplored, mutant_whose_woken_goroutine_takes_the_short_way_is_caught) {
  expect_caught<ThreeLock<true>>(kMutantSchedules, kLostWakeUp);
}

}  // namespace
}  // namespace gauntlet::explore
