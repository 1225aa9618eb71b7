// SPDX-License-Identifier: Apache-2.0
// Contract of functions that a timer calls: T2 and T4 for after_func. Time is virtual wherever the test needs to know it.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

TEST(Timer, T2_after_func_calls_in_a_goroutine_of_its_own) {
  VirtualTime time;
  int called = 0;  // Plain: whoever arms comes before the function.
  int armed_with = 0;
  Channel<int> hand;
  drive([&]() -> Task {
    armed_with = 1;
    after_func(1ms, [&]() -> Task {
      called = armed_with;
      AWAIT hand.send(called);  // It may park.
    });
    time.advance(1ms);
    const auto got = AWAIT hand.recv();
    EXPECT_EQ(got.value_or(0), 1);
  });
  EXPECT_EQ(called, 1);
}

TEST(Timer, T2_after_func_takes_a_plain_function_too) {
  std::atomic<int> called{0};
  drive([&]() -> Task {
    for (int i = 0; i < 20; ++i)
      after_func(50us, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    while (called.load(std::memory_order_relaxed) < 20) AWAIT yield();
  });
  EXPECT_EQ(called.load(std::memory_order_relaxed), 20);
}

TEST(Timer, T2_functions_that_come_as_the_run_ends_run_whole_or_not_at_all) {
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  for (int round = 0; round < 100; ++round) {
    drive([&]() -> Task {
      for (int i = 0; i < 5; ++i) {
        after_func(std::chrono::microseconds(5 * i + round), [&]() -> Task {
          begun.fetch_add(1, std::memory_order_relaxed);
          AWAIT yield();
          ended.fetch_add(1, std::memory_order_relaxed);
        });
      }
      for (int turn = 0; turn < round; ++turn) AWAIT yield();
    });
    ASSERT_EQ(begun.load(std::memory_order_relaxed), ended.load(std::memory_order_relaxed));
  }
}

TEST(Timer, T4_after_func_that_was_stopped_is_not_called_and_one_reset_is_called_again) {
  VirtualTime time;
  std::atomic<int> stopped{0};
  std::atomic<int> called{0};
  drive([&]() -> Task {
    FuncTimer one = after_func(1ms, [&] { stopped.fetch_add(1, std::memory_order_relaxed); });
    FuncTimer other = after_func(1ms, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    EXPECT_TRUE(one.stop());
    time.advance(1ms);
    while (called.load(std::memory_order_relaxed) < 1) AWAIT yield();
    EXPECT_FALSE(one.stop());
    EXPECT_FALSE(other.stop());
    EXPECT_FALSE(other.reset(1ms));
    EXPECT_TRUE(other.reset(2ms));
    time.advance(2ms);
    while (called.load(std::memory_order_relaxed) < 2) AWAIT yield();
  });
  EXPECT_EQ(stopped.load(std::memory_order_relaxed), 0);
  EXPECT_EQ(called.load(std::memory_order_relaxed), 2);
}

}  // namespace gauntlet::contract
