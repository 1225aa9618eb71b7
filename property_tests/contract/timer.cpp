// SPDX-License-Identifier: Apache-2.0
// Contract of timers: T2, and T5 for many at once. Time is virtual wherever the test needs to know it.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/timer_value.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

TEST(Timer, T2_after_sends_the_time_once) {
  VirtualTime time;
  std::optional<Instant> early;
  std::optional<Instant> sent;
  std::optional<Instant> again;
  Instant begin;
  drive([&]() -> Task {
    begin = Clock::now();
    const Timer timer = after(5ms);
    time.advance(5ms - 1ns);
    early = value_in(timer);
    time.advance(1ns);
    sent = value_in(timer);
    time.advance(1h);
    again = value_in(timer);
    AWAIT yield();
  });
  EXPECT_FALSE(early);
  EXPECT_EQ(sent, begin + 5ms);
  EXPECT_FALSE(again);
}

TEST(Timer, T2_after_wakes_one_who_waits) {
  int in_time = 0;
  drive([&]() -> Task {
    for (int i = 0; i < 10; ++i) {
      const Instant begin = Clock::now();
      const auto at = AWAIT after(200us).recv();
      if (at && *at - begin >= 200us) ++in_time;
    }
  });
  EXPECT_EQ(in_time, 10);
}

TEST(Timer, T2_timers_come_in_the_order_of_their_deadlines) {
  constexpr std::array<int, 9> kDelays{7, 2, 9, 4, 1, 8, 3, 6, 5};
  VirtualTime time;
  std::vector<int> order;
  Mutex mutex;
  drive([&]() -> Task {
    for (const int delay : kDelays) {
      go([&, delay]() -> Task {
        AWAIT after(delay * 1s).recv();
        AWAIT mutex.lock();
        order.push_back(delay);
        mutex.unlock();
      });
    }
    while (timers_armed() != std::int64_t{kDelays.size()}) AWAIT yield();
    for (std::size_t come = 1; come <= kDelays.size(); ++come) {
      time.advance(1s);
      for (std::size_t now = 0; now < come;) {
        AWAIT yield();
        AWAIT mutex.lock();
        now = order.size();
        mutex.unlock();
      }
    }
  });
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(Timer, T2_timer_of_no_time_is_due_at_once) {
  int received = 0;
  drive([&]() -> Task {
    AWAIT after(0s).recv();
    ++received;
    AWAIT after(-1h).recv();
    ++received;
  });
  EXPECT_EQ(received, 2);
}

TEST(Timer, T2_run_returns_while_timers_are_armed_and_they_never_come) {
  std::atomic<int> called{0};
  std::int64_t armed = 0;
  std::optional<Timer> timer;
  std::optional<Ticker> ticker;
  drive([&]() -> Task {
    timer.emplace(after(1h));
    ticker.emplace(1h);
    after_func(1h, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    armed = timers_armed();
    AWAIT yield();
  });
  EXPECT_EQ(armed, 3);
  EXPECT_EQ(timers_armed(), 0);
  EXPECT_FALSE(timer->stop());
  ticker->stop();
  EXPECT_EQ(called.load(std::memory_order_relaxed), 0);
}

TEST(Timer, T2_timers_of_a_run_that_ended_do_not_disturb_those_of_the_next) {
  int early = 0;
  for (int round = 0; round < 3; ++round) {
    drive([&]() -> Task {
      for (int i = 0; i < 400; ++i) after_func(24h - i * 7ms, [] {});
      AWAIT yield();
    });
    VirtualTime time;
    drive([&]() -> Task {
      const Timer later = after(2ms);
      const Timer sooner = after(1ms);
      time.advance(1ms);
      if (value_in(later) || !value_in(sooner)) ++early;
      AWAIT yield();
    });
  }
  EXPECT_EQ(early, 0);
}

TEST(Timer, T2_timer_that_died_is_armed_no_more) {
  VirtualTime time;
  std::int64_t armed = -1;
  drive([&]() -> Task {
    for (int i = 0; i < 1000; ++i) const Timer dropped = after(1h);
    armed = timers_armed();
    AWAIT yield();
  });
  EXPECT_EQ(armed, 0);
}

TEST(Timer, T5_hundred_thousand_timers_at_once_come_or_are_stopped) {
  constexpr int kTimers = 100'000;
  VirtualTime time;
  int came = 0;
  std::int64_t armed = 0;
  std::vector<Timer> timers;
  timers.reserve(kTimers);
  drive([&]() -> Task {
    for (int i = 0; i < kTimers; ++i) timers.push_back(after(Duration(1 + i * 7919L % 1'000'003)));
    for (int i = 0; i < kTimers; i += 2) timers[static_cast<std::size_t>(i)].stop();
    armed = timers_armed();
    time.jump(1s);
    for (int i = 0; i < kTimers; ++i) {
      if (value_in(timers[static_cast<std::size_t>(i)])) came += i % 2 == 1 ? 1 : kTimers;
    }
    AWAIT yield();
  });
  EXPECT_EQ(armed, kTimers / 2);
  EXPECT_EQ(came, kTimers / 2);
}

}  // namespace gauntlet::contract
