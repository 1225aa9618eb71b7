// SPDX-License-Identifier: Apache-2.0
// Contract of tickers: T3. Time is virtual.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/timer_value.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

TEST(Timer, T3_ticker_ticks_every_period) {
  VirtualTime time;
  std::vector<Instant> ticks;
  Instant begin;
  drive([&]() -> Task {
    begin = Clock::now();
    Ticker ticker(10ms);
    for (int i = 0; i < 5; ++i) {
      time.advance(10ms);
      const auto tick = AWAIT ticker.recv();
      ticks.push_back(*tick);
    }
    ticker.stop();
  });
  ASSERT_EQ(ticks.size(), 5U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ticks[static_cast<std::size_t>(i)], begin + (i + 1) * 10ms);
}

TEST(Timer, T3_ticker_drops_ticks_and_never_bursts) {
  VirtualTime time;
  int after_many = 0;
  int after_jump = 0;
  bool early = true;
  bool aligned = false;
  drive([&]() -> Task {
    Ticker ticker(10ms);
    time.advance(100ms);  // Ten ticks, nobody receives.
    while (value_in(ticker)) ++after_many;
    time.jump(55ms);  // The thread itself comes late.
    while (value_in(ticker)) ++after_jump;
    time.advance(5ms - 1ns);
    early = value_in(ticker).has_value();
    time.advance(1ns);
    aligned = value_in(ticker).has_value();
    AWAIT yield();
  });
  EXPECT_EQ(after_many, 1);
  EXPECT_EQ(after_jump, 1);
  EXPECT_FALSE(early);
  EXPECT_TRUE(aligned);
}

TEST(Timer, T3_ticker_that_was_stopped_ticks_no_more) {
  VirtualTime time;
  bool after_stop = true;
  bool later = true;
  std::int64_t armed = -1;
  drive([&]() -> Task {
    Ticker ticker(1ms);
    time.advance(1ms);
    ticker.stop();
    after_stop = value_in(ticker).has_value();
    armed = timers_armed();
    time.advance(1s);
    later = value_in(ticker).has_value();
    AWAIT yield();
  });
  EXPECT_FALSE(after_stop);
  EXPECT_FALSE(later);
  EXPECT_EQ(armed, 0);
}

TEST(Timer, T3_ticker_is_reset_to_another_period) {
  VirtualTime time;
  std::vector<bool> ticked;
  drive([&]() -> Task {
    Ticker ticker(1h);
    time.advance(10ms);
    ticker.reset(3ms);
    for (int ms = 1; ms <= 6; ++ms) {
      time.advance(1ms);
      ticked.push_back(value_in(ticker).has_value());
    }
    AWAIT yield();
  });
  EXPECT_EQ(ticked, (std::vector<bool>{false, false, true, false, false, true}));
}

TEST(Timer, T3_period_of_no_time_panics) {
  drive([&]() -> Task {
    EXPECT_TRUE(panics([] { const Ticker ticker(0s); }));
    EXPECT_TRUE(panics([] { const Ticker ticker(-1s); }));
    Ticker ticker(1h);
    EXPECT_TRUE(panics([&] { ticker.reset(0s); }));
    AWAIT yield();
  });
}

}  // namespace gauntlet::contract
