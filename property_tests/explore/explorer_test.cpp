// SPDX-License-Identifier: Apache-2.0
// The explorer itself: it must find textbook bugs, and nothing in the textbook's corrections.
#include "property_tests/explore/explorer.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "property_tests/explore/expectations.hpp"
#include "property_tests/explore/model_atomics.hpp"

namespace gauntlet::explore {
namespace {

constexpr std::uint64_t kSchedules = 20'000;

struct BuggyCounter {
  static constexpr std::size_t kThreads = 2;
  ModelAtomic<int> count;
  void thread(std::size_t) {
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  void finish() {
    if (count.load(std::memory_order_relaxed) != 2) Explorer::now().fail("an increment is lost");
  }
};

struct Counter : BuggyCounter {
  void thread(std::size_t) { count.fetch_add(1, std::memory_order_relaxed); }
};

struct StoreBuffering {
  static constexpr std::size_t kThreads = 2;
  ModelAtomic<int> flags[2];
  int seen[2] = {};
  void thread(std::size_t self) {
    flags[self].store(1, std::memory_order_seq_cst);
    seen[self] = flags[1 - self].load(std::memory_order_seq_cst);
  }
  void finish() {
    if (seen[0] == 0 && seen[1] == 0) Explorer::now().fail("both missed each other");
  }
};

struct MessagePassing {
  static constexpr std::size_t kThreads = 2;
  PlainDatum datum;
  ModelAtomic<int> ready;
  void thread(std::size_t self) {
    if (self == 0) {
      datum.write(42);
      ready.store(1, std::memory_order_release);
    } else if (ready.load(std::memory_order_acquire) == 1) {
      if (datum.read() != 42) Explorer::now().fail("stale");
    }
  }
  void finish() {}
};

struct SleepWithoutLooking {
  static constexpr std::size_t kThreads = 2;
  ModelAtomic<std::uint32_t> word;
  void thread(std::size_t self) {
    if (self == 0) {
      word.store(1, std::memory_order_release);
      ModelAtomics::wake(word, 1);
    } else {
      const std::uint32_t seen = word.load(std::memory_order_acquire);
      ModelAtomics::sleep_while(word, seen);
    }
  }
  void finish() {}
};

TEST(Explorer, finds_the_lost_increment) {
  Explorer explorer;
  const auto failure = explorer.explore<BuggyCounter>(kSchedules);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->why, "an increment is lost");
}

TEST(Explorer, replays_a_failure_by_its_seed) {
  Explorer explorer;
  const auto failure = explorer.explore<BuggyCounter>(kSchedules);
  ASSERT_TRUE(failure);
  EXPECT_EQ(explorer.replay<BuggyCounter>(failure->seed), failure->why);
}

TEST(Explorer, finds_nothing_in_an_atomic_counter) {
  Explorer explorer;
  EXPECT_FALSE(explorer.explore<Counter>(kSchedules));
}

TEST(Explorer, keeps_sequential_consistency) {
  Explorer explorer;
  EXPECT_FALSE(explorer.explore<StoreBuffering>(kSchedules));
}

TEST(Explorer, finds_store_buffering_without_sequential_consistency) {
  Explorer explorer;
  EXPECT_TRUE(explorer.explore<StoreBuffering>(kSchedules, Weakening::kNoSequentialConsistency));
}

TEST(Explorer, keeps_release_and_acquire) {
  Explorer explorer;
  EXPECT_FALSE(explorer.explore<MessagePassing>(kSchedules));
}

TEST(Explorer, finds_the_data_race_without_release) {
  Explorer explorer;
  const auto failure = explorer.explore<MessagePassing>(kSchedules, Weakening::kNoRelease);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->why, "data race");
}

TEST(Explorer, finds_a_lost_wake_up) {
  Explorer explorer;
  const auto failure = explorer.explore<SleepWithoutLooking>(kSchedules);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->why, "every thread sleeps: lost wake-up");
}

TEST(Expectations, fail_when_a_fault_is_found_that_should_not_be_and_the_other_way_round) {
  EXPECT_NONFATAL_FAILURE(expect_sound<BuggyCounter>(kSchedules), "an increment is lost, seed ");
  EXPECT_NONFATAL_FAILURE(expect_caught<Counter>(kSchedules, kForAnyReason), "not caught in ");
  EXPECT_NONFATAL_FAILURE(expect_caught<BuggyCounter>(kSchedules, kLostWakeUp), "caught, but: an increment is lost");
}

}  // namespace
}  // namespace gauntlet::explore
