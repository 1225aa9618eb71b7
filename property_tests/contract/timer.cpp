// SPDX-License-Identifier: Apache-2.0
// Contract of time: T1 (sleep), T2 (after, timer, after_func), T3 (ticker), T4 (stop, reset), T5 (many).
// Time is virtual wherever the test needs to know it.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

namespace {

/// What a timer or ticker has to receive now, if anything.
template <class T>
std::optional<Instant> value_in(T& timer) {
  std::optional<Instant> value;
  timer.try_recv(value);
  return value;
}

}  // namespace

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
