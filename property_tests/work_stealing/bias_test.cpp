// SPDX-License-Identifier: Apache-2.0
// The worker that is awake alone has the bias, loses it to whoever comes, and nothing is lost over it.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <thread>

#include "harness/contract/try_answers.hpp"
#include "property_tests/work_stealing/workers_fixture.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

class BiasOfWorkers : public WithWorkers {
 protected:
  void SetUp() override {
    if (kThreadSanitized || !RealAtomics::has_heavy_fence()) GTEST_SKIP() << "nobody has a bias here";
  }

  /// By a goroutine: has its worker the bias?
  static bool is_holder() { return WorkerBias::member()->standing() == Standing::kHolder; }

  /// By a goroutine: until its worker has the bias, which it has not while others are on their way to sleep.
  static bool becomes_holder() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_holder()) {  // It may lose it at once, to a worker that wakes.
      if (std::chrono::steady_clock::now() > deadline) return false;
      Runtime::yield();
    }
    return true;
  }
};
GAUNTLET_WITH_WORKERS(BiasOfWorkers);

TEST_P(BiasOfWorkers, is_had_by_the_one_that_is_awake) {
  run([] { EXPECT_TRUE(becomes_holder()); });
}

TEST_P(BiasOfWorkers, is_taken_away_by_a_visitor_and_comes_back) {
  Channel<int> channel(1);
  run([&] {
    ASSERT_TRUE(becomes_holder());
    std::thread visitor([&] { EXPECT_EQ(channel.try_send(7), TrySend::kSent); });
    visitor.join();
    EXPECT_FALSE(is_holder());
    EXPECT_EQ(channel.recv(), 7);
    EXPECT_TRUE(becomes_holder());
  });
}

TEST_P(BiasOfWorkers, is_given_up_by_who_sleeps) {
  Channel<int> channel(0);
  run([&] {
    ASSERT_TRUE(becomes_holder());
    std::thread visitor([&] {
      while (channel.try_send(7) != TrySend::kSent) std::this_thread::yield();  // Until somebody waits.
    });
    EXPECT_EQ(channel.recv(), 7);
    visitor.join();
    EXPECT_TRUE(becomes_holder());
  });
}

TEST_P(BiasOfWorkers, loses_no_value_no_lock_and_no_count) {
  constexpr int kGoroutines = 4;
  constexpr std::int64_t kJobs = kSanitized ? 5000 : 50'000;
  Channel<std::int64_t> jobs(16);
  PortableMutex<Runtime> mutex;
  std::int64_t guarded = 0;  // By the mutex, as the next.
  std::int64_t sum = 0;
  std::int64_t visits = 0;  // The visitor's.
  std::thread visitor;
  run([&] {
    WaitGroup over(kGoroutines);
    for (int i = 0; i < kGoroutines; ++i)
      Runtime::go([&] {
        while (const auto job = jobs.recv()) {
          mutex.lock();
          sum += *job;
          ++guarded;
          mutex.unlock();
        }
        over.done();
      });
    visitor = std::thread([&] {
      for (std::int64_t job = 1; job <= kJobs; ++job) {
        while (jobs.try_send(job) != TrySend::kSent) std::this_thread::yield();
        if (!mutex.try_lock()) continue;
        ++guarded;
        ++visits;
        mutex.unlock();
      }
      jobs.close();
    });
    over.wait();
  });
  visitor.join();
  EXPECT_EQ(sum, kJobs * (kJobs + 1) / 2);
  EXPECT_EQ(guarded, kJobs + visits);
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
