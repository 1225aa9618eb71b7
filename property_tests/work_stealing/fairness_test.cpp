// SPDX-License-Identifier: Apache-2.0
// Nobody starves: yields alternate, a pair that plays ping-pong lets others run, every worker of a
// pool works.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "property_tests/work_stealing/workers_fixture.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

class Fairness : public WithWorkers {};
GAUNTLET_WITH_WORKERS(Fairness);

TEST_P(Fairness, ten_yielders_all_get_their_turn_before_one_is_far_ahead) {
  if (workers() > 1) GTEST_SKIP() << "with more, the operating system decides who is ahead";
  constexpr int kYields = 1000;
  std::vector<int> turns(10);
  int widest = 0;
  run([&] {
    for (int& mine : turns)
      Runtime::go([&] {
        while (mine < kYields) {
          ++mine;
          const auto [least, most] = std::minmax_element(turns.begin(), turns.end());
          if (*most < kYields) widest = std::max(widest, *most - *least);
          Runtime::yield();
        }
      });
  });
  EXPECT_LE(widest, 2);
}

TEST_P(Fairness, a_pair_that_plays_ping_pong_does_not_starve_a_third) {
  constexpr long kTurns = kSanitized ? 100 : 1000;
  long hops = 0;
  run([&] {
    Channel<int> ping(0);
    Channel<int> pong(0);
    std::atomic<bool> over{false};
    WaitGroup players(2);
    Runtime::go([&] {
      while (auto value = ping.recv()) pong.send(*value);
      players.done();
    });
    Runtime::go([&] {
      for (; !over.load(std::memory_order_relaxed); ++hops) {
        ping.send(1);
        (void)pong.recv();
      }
      ping.close();
      players.done();
    });
    for (long i = 0; i < kTurns; ++i) Runtime::yield();
    over.store(true, std::memory_order_relaxed);
    players.wait();
  });
  // One turn per kRunnextBudget switches of the pair: 4 round trips, and a margin.
  if (workers() == 1) {
    EXPECT_LE(hops, 10 * kTurns);
  }
}

TEST_P(Fairness, new_goroutines_start_although_old_ones_yield_for_ever) {
  std::atomic<bool> started{false};  // Outlives the root.
  run([&] {
    for (int i = 0; i < 5; ++i)
      Runtime::go([&] {
        while (!started.load(std::memory_order_relaxed)) Runtime::yield();
      });
    Runtime::yield();
    Runtime::go([&] { started.store(true, std::memory_order_relaxed); });
  });
}

/// Starts the next link, and ends; until it is over.
void go_on(const std::atomic<bool>& over) {
  if (!over.load(std::memory_order_relaxed)) Runtime::go([&over] { go_on(over); });
}

TEST_P(Fairness, a_new_goroutine_starts_although_newer_ones_come_for_ever) {
  std::atomic<bool> started{false};  // Outlives the root.
  run([&] {
    Runtime::go([&] { started.store(true, std::memory_order_relaxed); });
    for (unsigned i = 0; i < workers(); ++i) go_on(started);
  });
}

TEST_P(Fairness, old_goroutines_go_on_although_new_ones_come_for_ever) {
  std::atomic<bool> over{false};  // Outlives the root.
  run([&] {
    for (unsigned i = 0; i < workers(); ++i) go_on(over);
    for (int i = 0; i < 100; ++i) Runtime::yield();
    over.store(true, std::memory_order_relaxed);
  });
}

TEST_P(Fairness, between_two_turns_of_a_yielder_others_begin_but_not_many) {
  if (workers() > 1) GTEST_SKIP() << "with more, they begin elsewhere";
  constexpr int kOthers = 1000;
  int begun = 0;
  int turns = 0;
  run([&] {
    Runtime::go([&] {
      while (begun < kOthers) {
        ++turns;
        Runtime::yield();
      }
    });
    Runtime::yield();
    turns = 0;
    for (int i = 0; i < kOthers; ++i) Runtime::go([&] { ++begun; });
  });
  EXPECT_GE(turns, kOthers / 64 - 1);
  EXPECT_LE(turns, kOthers / 64 + 3);
}

TEST_P(Fairness, a_tree_is_run_branch_by_branch) {
  if (workers() > 1) GTEST_SKIP() << "thieves open other branches";
  if (kSanitized) GTEST_SKIP() << "a generation passes before the tree is done";
  constexpr int kDepth = 4;
  constexpr int kChildren = 10;
  int alive = 0;
  int most = 0;
  const auto node = [&](const auto& self, int depth) -> void {
    most = std::max(most, ++alive);
    if (depth < kDepth) {
      WaitGroup children(kChildren);
      for (int i = 0; i < kChildren; ++i)
        Runtime::go([&] {
          self(self, depth + 1);
          children.done();
        });
      children.wait();
    }
    --alive;
  };
  // First in, first out, 1,111 wait at once. Where the machine is slow, branches grow old and are opened: not in each of ten.
  int least = 1111;
  for (int tree = 0; tree < 10; ++tree) {
    run([&] { node(node, 0); });
    least = std::min(least, std::exchange(most, 0));
  }
  EXPECT_LE(least, 100);
}

TEST_P(Fairness, what_came_from_outside_starts_although_local_ones_yield_for_ever) {
  std::atomic<bool> started{false};  // Outlives the root.
  run([&] {
    std::thread outside(
        [&] { Runtime::go([&] { started.store(true, std::memory_order_relaxed); }); });
    for (int i = 0; i < 16; ++i)
      Runtime::go([&] {
        while (!started.load(std::memory_order_relaxed)) Runtime::yield();
      });
    while (!started.load(std::memory_order_relaxed)) Runtime::yield();
    outside.join();
  });
}

TEST_P(Fairness, each_of_a_hundred_pool_workers_gets_work) {
  constexpr int kPool = 100;
  constexpr long kJobs = kSanitized ? 5000 : 100'000;
  // With several workers, the operating system may keep one off its core, and what it queues with
  // it, for as long as it likes: then it takes more jobs until everyone had one.
  const long most_jobs = workers() == 1 ? kJobs : 1000 * kJobs;
  Channel<long> jobs(127);
  Channel<long> results(127);
  WaitGroup all(kPool);
  std::atomic<int> served{0};
  long sent = 0;
  long sum = 0;
  run([&] {
    for (int i = 0; i < kPool; ++i)
      Runtime::go([&] {
        for (long mine = 0; auto job = jobs.recv(); ++mine) {
          if (mine == 0) served.fetch_add(1, std::memory_order_relaxed);
          results.send(*job * 2);
        }
        all.done();
      });
    Runtime::go([&] {
      const auto someone_waits = [&] { return served.load(std::memory_order_relaxed) < kPool; };
      while (sent < kJobs || (sent < most_jobs && someone_waits())) jobs.send(sent++);
      jobs.close();
      all.wait();
      results.close();
    });
    while (auto result = results.recv()) sum += *result;
  });
  EXPECT_EQ(sum, sent * (sent - 1));
  EXPECT_EQ(served.load(std::memory_order_relaxed), kPool);
}

TEST_P(Fairness, idle_workers_take_part) {
  if (workers() == 1) GTEST_SKIP() << "nobody is idle";
  for (const unsigned most : {2U, workers()}) {
    std::atomic<unsigned> running{0};
    run([&] {
      // Each waits, without yielding, until all the others run at the same time. No more workers are woken than there are cores:
      // the sentinel, and who becomes it then, brings the rest.
      for (unsigned i = 0; i < most; ++i)
        Runtime::go([&] {
          running.fetch_add(1, std::memory_order_relaxed);
          while (running.load(std::memory_order_relaxed) < most) std::this_thread::yield();
        });
    });
  }
}

TEST(TurnClock, calls_a_queue_long_by_the_turns_of_late) {
  TurnClock clock;
  EXPECT_FALSE(clock.are_worth_a_wake_up(1000)) << "it has seen no turn";
  clock.took(1);  // From the beginning of time.
  EXPECT_TRUE(clock.are_worth_a_wake_up(1));
  EXPECT_TRUE(clock.were_long());
  clock.took(std::uint64_t{1} << 60);  // In no time.
  EXPECT_FALSE(clock.are_worth_a_wake_up(std::uint64_t{1} << 40));
  EXPECT_FALSE(clock.were_long());
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
