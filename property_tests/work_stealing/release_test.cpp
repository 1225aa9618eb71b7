// SPDX-License-Identifier: Apache-2.0
// Memory goes back to the system: when it is asked for, and by itself some seconds after a burst.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "harness/usage.hpp"
#include "impls/work_stealing/scavenger.hpp"
#include "property_tests/work_stealing/workers_fixture.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

constexpr int kBurst = kSanitized ? 6000 : 200'000;
/// What may stay of a burst, which parks 820 MB: closures of 32 or 64 bytes, and what lists and queues have grown to.
/// Sanitizers have memory of their own for each stack and each byte: no bound then.
constexpr std::int64_t kMostBytesLeft = kSanitized ? std::int64_t{1} << 40 : 48'000'000;
constexpr std::int64_t kFewestBytesParked = kSanitized ? 0 : std::int64_t{kBurst} * 4096;

class Release : public WithWorkers {
 protected:
  void SetUp() override { Runtime::release_memory(); }  // What other tests left.

  struct Seen {
    std::int64_t before = 0;
    std::int64_t at_peak = 0;
  };

  /// In a goroutine: so many are parked at once, and end.
  static Seen burst() {
    Seen seen{.before = resident_bytes()};
    Channel<int> gate(0);
    WaitGroup arrived(kBurst);
    WaitGroup all(kBurst);
    std::atomic<int> woken{0};
    for (int i = 0; i < kBurst; ++i)
      Runtime::go([&] {
        arrived.done();
        if (!gate.recv()) woken.fetch_add(1, std::memory_order_relaxed);
        all.done();
      });
    arrived.wait();
    seen.at_peak = resident_bytes();
    gate.close();
    all.wait();
    EXPECT_EQ(woken.load(std::memory_order_relaxed), kBurst);
    EXPECT_GE(seen.at_peak, seen.before + kFewestBytesParked / 2);
    return seen;
  }
};
INSTANTIATE_TEST_SUITE_P(, Release, ::testing::Values(1U, 2U, 4U), workers_name);

TEST_P(Release, on_demand_in_a_run_and_outside_of_one) {
  const std::int64_t before = resident_bytes();
  run([] {
    burst();
    Runtime::release_memory();
    const std::int64_t after = resident_bytes();
    burst();
    if (!kSanitized) {
      EXPECT_LT(after + kFewestBytesParked / 2, resident_bytes());
    }
  });
  Runtime::release_memory();
  EXPECT_LT(resident_bytes(), before + kMostBytesLeft);
}

TEST_P(Release, bursts_do_not_add_up) {
  run([] {
    const std::int64_t before = resident_bytes();
    const auto left_by_bursts = [](int count) {
      for (int i = 0; i < count; ++i) {
        burst();
        Runtime::release_memory();
      }
      return resident_bytes();
    };
    const std::int64_t settled = left_by_bursts(3);
    EXPECT_LT(settled, before + kMostBytesLeft);
    // How many closures waited at once differs from burst to burst: 13 MB, if all did. One that each goroutine left
    // behind would be 51 MB by now, its page 3.3 GB.
    EXPECT_LT(left_by_bursts(4), settled + kMostBytesLeft / 2);
  });
}

TEST_P(Release, while_stacks_are_in_use) {
  std::atomic<bool> over{false};
  std::atomic<long> sum{0};
  std::thread releaser([&] {
    while (!over.load(std::memory_order_relaxed)) Runtime::release_memory();
  });
  constexpr int kRounds = kSanitized ? 3 : 20;
  constexpr int kParked = 2000;
  for (int round = 0; round < kRounds; ++round)
    run([&] {
      Channel<int> numbers(0);
      for (int i = 0; i < kParked; ++i) Runtime::go([&, i] { numbers.send(i); });
      for (int i = 0; i < kParked; ++i) sum.fetch_add(*numbers.recv(), std::memory_order_relaxed);
    });
  over.store(true, std::memory_order_relaxed);
  releaser.join();
  EXPECT_EQ(sum.load(std::memory_order_relaxed), long{kRounds} * kParked * (kParked - 1) / 2);
}

TEST_P(Release, by_itself_while_the_run_goes_on) {
  if (kSanitized || workers() != 2) GTEST_SKIP() << "takes seconds; shown once";
  run([] {
    const Seen seen = burst();
    // The watchdog of the test ends this if it never comes.
    while (resident_bytes() > seen.before + kMostBytesLeft)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    burst();
  });
}

class Scavengers : public ::testing::Test {
 protected:
  static constexpr std::size_t kBytes = 16 * 1024;
  static constexpr std::size_t kBatches = 100;

  void SetUp() override {
    LocalStacks stacks(pool_, nullptr);
    std::vector<Goroutine*> taken;
    for (std::size_t i = 0; i < kBatches * StackPool::kBatch; ++i) taken.push_back(stacks.take());
    for (Goroutine* stack : taken) stacks.give(*stack);
    pool_.depot.fewest_filled();
  }

  StackPool pool_{kBytes, kBatches * StackPool::kBatch};
};

TEST_F(Scavengers, release_all_but_what_is_kept) {
  if (!SanitizedStack::kLeavesNothing) GTEST_SKIP() << "nothing is released";
  Scavenger scavenger(pool_, 1, std::chrono::milliseconds(1));
  std::size_t left = kBatches;
  std::thread worker([&] {
    while (left > Scavenger::kKept) {
      left = pool_.depot.fewest_filled();
      std::this_thread::yield();
    }
    scavenger.worker_ended();
  });
  scavenger.work_until_all_ended();
  worker.join();
  EXPECT_EQ(left, Scavenger::kKept);
}

TEST_F(Scavengers, end_with_the_last_worker_although_the_period_is_long) {
  Scavenger scavenger(pool_, 3, std::chrono::hours(1));
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i) workers.emplace_back([&] { scavenger.worker_ended(); });
  scavenger.work_until_all_ended();
  for (std::thread& worker : workers) worker.join();
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
