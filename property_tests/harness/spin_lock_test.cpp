// SPDX-License-Identifier: Apache-2.0
// Unit tests of the spin lock.
#include "harness/portable/spin_lock.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace gauntlet {
namespace {

TEST(SpinLock, is_taken_once_at_a_time) {
  SpinLock lock;
  EXPECT_TRUE(lock.try_lock());
  EXPECT_FALSE(lock.try_lock());
  lock.unlock();
  EXPECT_TRUE(lock.try_lock());
  lock.unlock();
}

TEST(SpinLock, excludes_threads_and_publishes_what_they_wrote) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 20'000;
  SpinLock lock;
  long counter = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        lock.lock();
        ++counter;
        lock.unlock();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter, long{kThreads} * kRounds);
}

TEST(SpinLock, may_be_unlocked_by_another_thread) {
  SpinLock lock;
  lock.lock();
  std::thread([&] { lock.unlock(); }).join();
  EXPECT_TRUE(lock.try_lock());
  lock.unlock();
}

}  // namespace
}  // namespace gauntlet
