// SPDX-License-Identifier: Apache-2.0
// Workers that wait for each other's locks come together on one; thefts that bring nothing are not repeated.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "harness/portable/contended_time.hpp"
#include "harness/portable/spin_lock.hpp"
#include "property_tests/work_stealing/workers_fixture.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

constexpr std::uint64_t kMicrosecond = kTicksPerMicrosecond;
constexpr std::uint64_t kMillisecond = 1000 * kMicrosecond;

TEST(Contention, is_high_when_more_than_a_third_of_the_time_was_waited) {
  std::uint64_t waited = 7;
  Contention contention;
  contention.begin(waited, 1000 * kMicrosecond);
  EXPECT_FALSE(contention.is_due());
  waited += 40 * kMicrosecond;
  EXPECT_TRUE(contention.is_due());
  EXPECT_TRUE(contention.is_high(1119 * kMicrosecond));
  EXPECT_FALSE(contention.is_due()) << "it counts anew";
  waited += 40 * kMicrosecond;
  EXPECT_TRUE(contention.is_due());
  EXPECT_FALSE(contention.is_high(1240 * kMicrosecond));
}

TEST(Contention, is_not_asked_for_before_a_dozen_waits) {
  std::uint64_t waited = 0;
  Contention contention;
  contention.begin(waited, 0);
  waited += 29 * kMicrosecond;
  EXPECT_FALSE(contention.is_due());
}

TEST(ContendedTime, counts_what_a_thread_waits_for_a_lock) {
  SpinLock lock;
  lock.lock();
  const std::uint64_t before = ContendedTime::of_this_thread();
  std::atomic<std::uint64_t> waited{0};
  std::atomic<bool> waits{false};
  std::thread other([&] {
    waits.store(true, std::memory_order_release);
    lock.lock();
    lock.unlock();
    waited.store(ContendedTime::of_this_thread(), std::memory_order_release);
  });
  while (!waits.load(std::memory_order_acquire)) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // Until it is inside lock(), mostly.
  lock.unlock();
  other.join();
  EXPECT_GT(waited.load(std::memory_order_acquire), 0U);
  EXPECT_EQ(ContendedTime::of_this_thread(), before) << "nobody kept this thread waiting";
}

TEST(Thefts, are_futile_after_two_that_brought_next_to_nothing) {
  Thefts thefts;
  thefts.stole(10 * kMicrosecond, 1);
  thefts.ran_dry(11 * kMicrosecond);
  EXPECT_FALSE(thefts.are_futile());
  thefts.ran_dry(12 * kMicrosecond);
  EXPECT_FALSE(thefts.are_futile()) << "what it ran in between was not stolen";
  thefts.stole(20 * kMicrosecond, 1);
  thefts.ran_dry(21 * kMicrosecond);
  EXPECT_TRUE(thefts.are_futile());
  thefts.try_again();
  EXPECT_FALSE(thefts.are_futile());
  thefts.stole(30 * kMicrosecond, 1);
  thefts.ran_dry(31 * kMicrosecond);
  EXPECT_TRUE(thefts.are_futile()) << "one more is enough";
}

TEST(Thefts, are_worth_it_after_one_that_was) {
  Thefts thefts;
  for (std::uint64_t i = 1; i <= 2; ++i) {
    thefts.stole(i * kMillisecond, 1);
    thefts.ran_dry(i * kMillisecond + 1);
  }
  thefts.try_again();
  thefts.stole(10 * kMillisecond, 1);
  thefts.ran_dry(10 * kMillisecond + 4 * kMicrosecond);
  thefts.stole(11 * kMillisecond, 1);
  thefts.ran_dry(11 * kMillisecond + 1);
  EXPECT_FALSE(thefts.are_futile());
}

TEST(Thefts, of_many_that_do_next_to_nothing_are_not_worth_it) {
  Thefts thefts;
  for (std::uint64_t i = 1; i <= 2; ++i) {
    thefts.stole(i * kMillisecond, 100);
    thefts.ran_dry(i * kMillisecond + 10 * kMicrosecond);
  }
  EXPECT_TRUE(thefts.are_futile());
  thefts.try_again();
  thefts.stole(3 * kMillisecond, 100);
  thefts.ran_dry(3 * kMillisecond + 20 * kMicrosecond);
  EXPECT_FALSE(thefts.are_futile());
}

TEST(Thefts, leave_it_to_others_while_they_are_futile_but_not_if_everyone_sleeps) {
  struct Idle {
    bool everyone_sleeps() const { return asleep; }
    bool asleep;
  };
  Thefts thefts;
  EXPECT_FALSE(thefts.leave_it(SearchReason::kOutOfWork, Idle{false}));
  for (std::uint64_t i = 1; i <= 2; ++i) {
    thefts.stole(i * kMillisecond, 64);
    thefts.ran_dry(i * kMillisecond + 3 * kMicrosecond);
  }
  EXPECT_TRUE(thefts.leave_it(SearchReason::kOutOfWork, Idle{false}));
  EXPECT_TRUE(thefts.leave_it(SearchReason::kOutOfWork, Idle{true})) << "only a sleeper can tell";
  EXPECT_TRUE(thefts.leave_it(SearchReason::kAboutToSleep, Idle{false}));
  EXPECT_FALSE(thefts.leave_it(SearchReason::kAboutToSleep, Idle{true}));
  thefts.try_again();
  EXPECT_FALSE(thefts.leave_it(SearchReason::kOutOfWork, Idle{false}));
}

class Retreats : public WithWorkers {
 protected:
  /// As if the caller's worker had waited for a lock all the time since it began.
  static void pretend_to_have_waited() { ContendedTime::of_this_thread() += 3'600'000 * kMillisecond; }
};
GAUNTLET_WITH_WORKERS(Retreats);

TEST_P(Retreats, loses_nobody) {
  constexpr int kGoroutines = 200;
  constexpr int kTurns = 50;
  std::atomic<int> turns{0};
  run([&] {
    for (int i = 0; i < kGoroutines; ++i)
      Runtime::go([&] {
        for (int turn = 0; turn < kTurns; ++turn) {
          turns.fetch_add(1, std::memory_order_relaxed);
          pretend_to_have_waited();
          Runtime::yield();
        }
      });
  });
  EXPECT_EQ(turns.load(std::memory_order_relaxed), kGoroutines * kTurns);
  const Counters counters = Runtime::counters();
  EXPECT_EQ(counters.parks, counters.wakes);
  if (workers() == 1)
    EXPECT_EQ(counters.retreats, 0U) << "there is nobody to give anything to";
  else
    EXPECT_GT(counters.retreats, 0U);
}

TEST_P(Retreats, takes_back_what_the_others_do_not_get_to) {
  if (workers() == 1) GTEST_SKIP() << "nobody retreats";
  std::atomic<bool> kept{false};
  std::atomic<bool> freed{false};
  run([&] {
    Runtime::go([&] {  // Keeps a worker until the one below has run.
      kept.store(true, std::memory_order_release);
      while (!freed.load(std::memory_order_acquire)) std::this_thread::yield();
    });
    while (!kept.load(std::memory_order_acquire)) Runtime::yield();
    WaitGroup done(1);
    Runtime::go([&] {
      freed.store(true, std::memory_order_release);
      done.done();
    });
    pretend_to_have_waited();
    done.wait();
  });
  EXPECT_GT(Runtime::counters().retreats, 0U);
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
