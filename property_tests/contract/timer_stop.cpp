// SPDX-License-Identifier: Apache-2.0
// Contract of stop and reset: T4. Time is virtual.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/timer_value.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

TEST(Timer, T4_stopped_timer_never_comes) {
  VirtualTime time;
  bool was_pending = false;
  bool was_pending_again = true;
  bool came = true;
  drive([&]() -> Task {
    Timer timer(5ms);
    was_pending = timer.stop();
    was_pending_again = timer.stop();
    time.advance(1h);
    came = value_in(timer).has_value();
    AWAIT yield();
  });
  EXPECT_TRUE(was_pending);
  EXPECT_FALSE(was_pending_again);
  EXPECT_FALSE(came);
}

TEST(Timer, T4_stop_takes_back_what_was_not_received) {
  VirtualTime time;
  bool took_back = false;
  bool stale = true;
  bool after_receive = true;
  drive([&]() -> Task {
    Timer timer(5ms);
    time.advance(5ms);
    took_back = timer.stop();
    stale = value_in(timer).has_value();
    timer.reset(5ms);
    time.advance(5ms);
    AWAIT timer.recv();
    after_receive = timer.stop();
  });
  EXPECT_TRUE(took_back);
  EXPECT_FALSE(stale);
  EXPECT_FALSE(after_receive);
}

TEST(Timer, T4_reset_leaves_no_stale_value) {
  VirtualTime time;
  std::optional<Instant> early;
  std::optional<Instant> sent;
  Instant reset_at;
  drive([&]() -> Task {
    Timer timer(5ms);
    time.advance(7ms);  // Sent, and not received.
    reset_at = Clock::now();
    EXPECT_TRUE(timer.reset(10ms));
    time.advance(10ms - 1ns);
    early = value_in(timer);
    time.advance(1ns);
    sent = value_in(timer);
    AWAIT yield();
  });
  EXPECT_FALSE(early);
  EXPECT_EQ(sent, reset_at + 10ms);
}

// The clock stands, so the time for which it is armed anew is the one that the timers' thread has just dealt with.
TEST(Timer, T4_reset_to_no_time_comes_each_time) {
  VirtualTime time;
  const int rounds = at_most(3000, 1000);
  int received = 0;
  drive([&]() -> Task {
    Timer timer(0ns);
    for (int round = 0; round < rounds; ++round) {
      received += (AWAIT timer.recv()).has_value() ? 1 : 0;
      timer.reset(0ns);
    }
  });
  EXPECT_EQ(received, rounds);
}

TEST(Timer, T4_stop_that_races_with_the_time_and_says_true_means_nothing_comes) {
  VirtualTime time;
  int wrong = 0;
  drive([&]() -> Task {
    for (int round = 0; round < 200; ++round) {
      bool stopped = false;
      Timer timer(1us);
      WaitGroup over(1);
      go([&]() -> Task {
        if (round % 3 == 0) AWAIT yield();
        stopped = timer.stop();
        over.done();
      });
      time.jump(1us);
      AWAIT over.wait();
      // Stopped: void, whether before its time or after. Not stopped: only a receiver had it, and
      // there is none.
      if (!stopped || value_in(timer)) ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST(Timer, T4_reset_that_races_with_the_time_sends_once) {
  VirtualTime time;
  int wrong = 0;
  drive([&]() -> Task {
    for (int round = 0; round < 200; ++round) {
      Timer timer(1us);
      WaitGroup over(1);
      go([&]() -> Task {
        if (round % 3 == 0) AWAIT yield();
        timer.reset(1ms);
        over.done();
      });
      time.jump(1us);
      AWAIT over.wait();
      if (value_in(timer)) ++wrong;  // Of the first time, which is void.
      time.jump(1ms);
      if (!value_in(timer) || value_in(timer)) ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
}

/// Any sequence of stop, reset, receive and time agrees with a model of one pending deadline or value.
RC_GTEST_PROP(Timer, T4_agrees_with_a_model_of_one_deadline, ()) {
  const auto steps = *rc::gen::container<std::vector<int>>(40, rc::gen::inRange(0, 16));
  VirtualTime time;
  int wrong = 0;
  drive([&]() -> Task {
    Timer timer(4ns);
    std::optional<Instant> deadline = Clock::now() + 4ns;
    std::optional<Instant> value;
    for (const int step : steps) {
      const Duration amount(step / 4 * 3);
      const bool pending = deadline || value;
      switch (step % 4) {
        case 0:
          if (timer.stop() != pending) ++wrong;
          deadline = value = std::nullopt;
          break;
        case 1:
          if (timer.reset(amount + 1ns) != pending) ++wrong;
          deadline = Clock::now() + amount + 1ns;
          value = std::nullopt;
          break;
        case 2:
          if (value_in(timer) != value) ++wrong;
          value = std::nullopt;
          break;
        default:
          time.advance(amount);
          if (deadline && *deadline <= Clock::now()) value = std::exchange(deadline, std::nullopt);
      }
    }
    AWAIT yield();
  });
  RC_ASSERT(wrong == 0);
}

}  // namespace gauntlet::contract
