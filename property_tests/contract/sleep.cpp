// SPDX-License-Identifier: Apache-2.0
// Contract of sleep: T1, and T5 for many who sleep. Time is virtual wherever the test needs to know it.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <vector>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

TEST(Timer, T1_sleep_lasts_its_time_at_least) {
  int too_short = 0;
  drive([&]() -> Task {
    for (int i = 1; i <= 10; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      AWAIT sleep(std::chrono::microseconds(200 * i));
      if (std::chrono::steady_clock::now() - begin < std::chrono::microseconds(200 * i)) ++too_short;
    }
  });
  EXPECT_EQ(too_short, 0);
}

TEST(Timer, T1_sleep_of_no_time_returns_at_once) {
  const VirtualTime time;
  int returned = 0;
  drive([&]() -> Task {
    AWAIT sleep(0s);
    ++returned;
    AWAIT sleep(-1h);
    ++returned;
    AWAIT yield();
  });
  EXPECT_EQ(returned, 2);
}

TEST(Timer, T1_nobody_wakes_before_its_time_and_everybody_at_it) {
  constexpr int kSleepers = 20;
  VirtualTime time;
  std::atomic<int> awake{0};
  std::vector<int> seen;
  drive([&]() -> Task {
    for (int i = 1; i <= kSleepers; ++i) {
      go([&, i]() -> Task {
        AWAIT sleep(i * 1ms);
        awake.fetch_add(1, std::memory_order_relaxed);
      });
    }
    while (!all_asleep(kSleepers)) AWAIT yield();
    for (int i = 1; i <= kSleepers; ++i) {
      time.advance(1ms - 1ns);
      for (int turn = 0; turn < 5; ++turn) AWAIT yield();
      seen.push_back(awake.load(std::memory_order_relaxed));
      time.advance(1ns);
      while (awake.load(std::memory_order_relaxed) < i) AWAIT yield();
    }
  });
  for (int i = 0; i < kSleepers; ++i) EXPECT_EQ(seen.at(static_cast<std::size_t>(i)), i);
}

TEST(Timer, T1_the_only_goroutine_is_woken_by_time_alone) {
  int woken = 0;
  drive([&]() -> Task {
    for (int i = 0; i < 20; ++i) {
      AWAIT sleep(100us);
      ++woken;
    }
  });
  EXPECT_EQ(woken, 20);
}

TEST(Timer, T1_sleepers_hold_up_nobody) {
  constexpr int kSleepers = 30;
  VirtualTime time;
  std::atomic<int> worked{0};
  int worked_meanwhile = 0;
  Channel<int> work;
  drive([&]() -> Task {
    for (int i = 0; i < kSleepers; ++i) {
      go([&]() -> Task { AWAIT sleep(1h); });
    }
    while (!all_asleep(kSleepers)) AWAIT yield();
    go([&]() -> Task {
      for (int i = 0; i < 100; ++i) {
        AWAIT work.recv();
        worked.fetch_add(1, std::memory_order_relaxed);
      }
    });
    for (int i = 0; i < 100; ++i) AWAIT work.send(i);
    while (worked.load(std::memory_order_relaxed) < 100) AWAIT yield();
    worked_meanwhile = all_asleep(kSleepers) ? 100 : 0;
    time.advance(1h);
  });
  EXPECT_EQ(worked_meanwhile, 100);
}

TEST(Timer, T1_the_longest_sleep_does_not_overflow) {
  VirtualTime time;
  std::atomic<bool> woken{false};
  bool early = true;
  drive([&]() -> Task {
    go([&]() -> Task {
      AWAIT sleep(Duration::max());
      woken.store(true, std::memory_order_relaxed);
    });
    while (!all_asleep(1)) AWAIT yield();
    time.advance(24h * 365 * 100);
    for (int turn = 0; turn < 20; ++turn) AWAIT yield();
    early = woken.load(std::memory_order_relaxed);
    time.jump(Duration::max());
  });
  EXPECT_FALSE(early);
  EXPECT_TRUE(woken.load(std::memory_order_relaxed));
}

TEST(Timer, T5_many_sleepers_at_once_all_wake) {
  const int many = kHasStack ? at_most(10'000, 500) : 100'000;
  VirtualTime time;
  std::atomic<int> woken{0};
  drive([&]() -> Task {
    for (int i = 0; i < many; ++i) {
      go([&, i]() -> Task {
        AWAIT sleep(10ms + Duration(i % 1000));
        woken.fetch_add(1, std::memory_order_relaxed);
      });
    }
    while (timers_armed() < many) AWAIT yield();
    time.jump(1s);
  });
  EXPECT_EQ(woken.load(std::memory_order_relaxed), many);
  EXPECT_EQ(timers_armed(), 0);
}

}  // namespace gauntlet::contract
