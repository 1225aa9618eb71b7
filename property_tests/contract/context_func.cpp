// SPDX-License-Identifier: Apache-2.0
// Contract of functions that a context calls at its end: X8.
#include <gtest/gtest.h>

#include <atomic>

#include "property_tests/contract/context_scene.hpp"
#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

TEST(Context, X8_after_func_is_called_once_in_a_goroutine_of_its_own) {
  int before = 0;
  int called = 0;
  Channel<int> hand;
  drive([&]() -> Task {
    auto [context, cancel] = with_cancel(background());
    auto [below, cancel_below] = with_timeout(context, 1h);
    after_func(with_value(below, kNumberKey, 1), [&]() -> Task {
      called += before;
      AWAIT hand.send(1);  // It may park; cancel() does not wait for it.
    });
    before = 1;
    cancel();
    cancel();
    AWAIT hand.recv();
  });
  EXPECT_EQ(called, 1);
}

TEST(Context, X8_after_func_of_a_deadline_is_called_by_time_alone) {
  std::atomic<int> called{0};
  drive([&]() -> Task {
    auto [context, cancel] = with_timeout(background(), 200us);
    after_func(context, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    while (called.load(std::memory_order_relaxed) == 0) AWAIT yield();
  });
  EXPECT_EQ(called.load(std::memory_order_relaxed), 1);
}

TEST(Context, X8_after_func_of_a_canceled_context_is_called_at_once) {
  std::atomic<int> called{0};
  bool stopped = true;
  drive([&]() -> Task {
    auto [context, cancel] = with_cancel(background());
    cancel();
    const StopFunc stop =
        after_func(context, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    stopped = stop();
    AWAIT yield();
  });
  EXPECT_FALSE(stopped);
  EXPECT_EQ(called.load(std::memory_order_relaxed), 1);
}

TEST(Context, X8_after_func_that_was_stopped_is_not_called) {
  std::atomic<int> called{0};
  bool first = false;
  bool second = true;
  drive([&]() -> Task {
    auto [context, cancel] = with_cancel(background());
    const StopFunc stop =
        after_func(context, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    first = stop();
    second = stop();
    cancel();
    EXPECT_TRUE(after_func(background(), [] {})());
    AWAIT yield();
  });
  EXPECT_TRUE(first);
  EXPECT_FALSE(second);
  EXPECT_EQ(called.load(std::memory_order_relaxed), 0);
}

TEST(Context, X8_stop_that_races_with_cancel_says_whether_it_is_called) {
  int stopped = 0;
  std::atomic<int> called{0};
  constexpr int kRounds = 200;
  drive([&]() -> Task {
    for (int round = 0; round < kRounds; ++round) {
      auto [context, cancel] = with_cancel(background());
      const StopFunc stop =
          after_func(context, [&] { called.fetch_add(1, std::memory_order_relaxed); });
      WaitGroup over(1);
      go([&over, mine = cancel, round]() -> Task {
        if (round % 2 == 0) AWAIT yield();
        mine();
        over.done();
      });
      if (round % 3 == 0) AWAIT yield();
      if (stop()) ++stopped;
      AWAIT over.wait();
    }
  });
  EXPECT_EQ(stopped + called.load(std::memory_order_relaxed), kRounds);
}

TEST(Context, X8_after_func_of_a_context_that_nobody_holds_waits_for_those_above) {
  std::atomic<int> called{0};
  int too_early = -1;
  drive([&]() -> Task {
    auto [root, cancel] = with_cancel(background());
    after_func(with_cancel(with_cancel(root).context).context,
               [&] { called.fetch_add(1, std::memory_order_relaxed); });
    AWAIT yield();
    too_early = called.load(std::memory_order_relaxed);
    cancel();
  });
  EXPECT_EQ(too_early, 0);
  EXPECT_EQ(called.load(std::memory_order_relaxed), 1);
}

}  // namespace gauntlet::contract
