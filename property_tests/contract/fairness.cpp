// SPDX-License-Identifier: Apache-2.0
// Contract of fairness, rule R6: who is ready runs within a bounded time of the others' work. After Go's own
// tests of it: a hog beside a ping-pong pair, progress of those who yield, newcomers among old hands, timers.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

TEST(Fairness, R6_a_hog_and_a_ping_pong_pair_share_a_worker_within_a_factor_of_5) {
  if (kThreadPerGoroutine) GTEST_SKIP() << "n/a (the operating system shares out the core)";
  constexpr int kFactor = 5;
  constexpr int kTurns = 2000;
  Channel<bool> ping;
  Channel<bool> pong;
  int hogged = 0;
  int played = 0;
  bool over = false;  // One worker: one thread at a time.
  drive_with(1, [&]() -> Task {
    go([&]() -> Task {
      for (bool more = true; more;) {
        more = !over;
        AWAIT ping.send(more);
        AWAIT pong.recv();
        ++played;
        if (hogged + played > kFactor * 2 * kTurns) over = true;
      }
    });
    go([&]() -> Task {
      for (bool more = true; more;) {
        const auto got = AWAIT ping.recv();
        more = got.value_or(false);
        AWAIT pong.send(more);
      }
    });
    while (!over) {
      AWAIT yield();
      ++hogged;
      if (hogged >= kTurns && played >= kTurns) over = true;
      if (hogged + played > kFactor * 2 * kTurns) over = true;
    }
  });
  EXPECT_LE(hogged, kFactor * played);
  EXPECT_LE(played, kFactor * hogged);
}

TEST(Fairness, R6_a_newcomer_starts_although_old_hands_yield_for_ever) {
  std::atomic<bool> started{false};
  drive([&]() -> Task {
    for (int i = 0; i < 8; ++i) {
      go([&]() -> Task {
        while (!started.load(std::memory_order_relaxed)) AWAIT yield();
      });
    }
    for (int turn = 0; turn < 10; ++turn) AWAIT yield();
    go([&]() -> Task {
      AWAIT yield();
      started.store(true, std::memory_order_relaxed);
    });
  });
  EXPECT_TRUE(started.load(std::memory_order_relaxed));
}

TEST(Fairness, R6_two_who_wait_for_each_other_by_yielding_both_get_on) {
  std::atomic<int> turn{0};
  constexpr int kTurns = 200;
  drive([&]() -> Task {
    for (int player = 0; player < 2; ++player) {
      go([&turn, player]() -> Task {
        for (int mine = player; mine < kTurns; mine += 2) {
          while (turn.load(std::memory_order_relaxed) != mine) AWAIT yield();
          turn.store(mine + 1, std::memory_order_relaxed);
        }
      });
    }
    AWAIT yield();
  });
  EXPECT_EQ(turn.load(std::memory_order_relaxed), kTurns);
}

TEST(Fairness, R6_a_goroutine_that_spawns_for_ever_lets_its_children_run) {
  std::atomic<bool> over{false};
  std::atomic<int> ran{0};
  drive([&]() -> Task {
    go([&]() -> Task {
      while (!over.load(std::memory_order_relaxed)) {
        go([&]() -> Task {
          if (ran.fetch_add(1, std::memory_order_relaxed) == 200)
            over.store(true, std::memory_order_relaxed);
          AWAIT yield();
        });
        AWAIT yield();
      }
    });
    AWAIT yield();
  });
  EXPECT_GT(ran.load(std::memory_order_relaxed), 200);
}

TEST(Fairness, R6_timers_come_although_everybody_is_busy_and_yields) {
  constexpr int kTimers = 20;
  std::atomic<bool> over{false};
  std::atomic<int> busy{0};
  int came = 0;
  drive([&]() -> Task {
    for (unsigned i = 0; i < 2 * workers(); ++i) {
      go([&]() -> Task {
        while (!over.load(std::memory_order_relaxed)) {
          busy.fetch_add(1, std::memory_order_relaxed);
          AWAIT yield();
        }
      });
    }
    // Thread per goroutine: it may take the system longer to start them than all timers take.
    while (busy.load(std::memory_order_relaxed) == 0) AWAIT yield();
    for (int i = 0; i < kTimers; ++i) {
      AWAIT after(100us).recv();
      AWAIT sleep(100us);
      ++came;
    }
    over.store(true, std::memory_order_relaxed);
  });
  EXPECT_EQ(came, kTimers);
}

TEST(Fairness, R6_a_timer_is_chosen_although_the_other_case_is_always_ready) {
  GAUNTLET_NEEDS_SELECT();
  int timed_out = 0;
  Channel<int> always_ready;
  WaitGroup over(2);
  drive([&]() -> Task {
    const auto [context, cancel] = with_cancel(background());
    for (int i = 0; i < 2; ++i) {
      go([&, done = context]() -> Task {
        while (AWAIT select(send(always_ready, 1), recv(done.done())) == 0) {
        }
        over.done();
      });
    }
    // A wait in which no value came shows nothing (a busy machine may run neither sender for so long): wait again.
    for (long values = 0; values == 0;) {
      const Timer timer = after(2ms);
      while (AWAIT select(recv(always_ready), recv(timer)) == 0) ++values;
      ++timed_out;
    }
    cancel();
    AWAIT over.wait();
  });
  EXPECT_GE(timed_out, 1);
}

TEST(Fairness, R6_goroutines_that_sleep_in_turn_get_on_equally_far) {
  if (kThreadPerGoroutine) GTEST_SKIP() << "n/a (the operating system shares out the core)";
  constexpr int kRounds = 40;
  std::atomic<bool> over{false};
  std::array<std::atomic<int>, 3> rounds{};
  drive_with(1, [&]() -> Task {
    for (std::size_t i = 0; i < rounds.size(); ++i) {
      go([&, i]() -> Task {
        while (!over.load(std::memory_order_relaxed)) {
          AWAIT sleep(50us);
          if (rounds[i].fetch_add(1, std::memory_order_relaxed) + 1 >= kRounds)
            over.store(true, std::memory_order_relaxed);
        }
      });
    }
    while (!over.load(std::memory_order_relaxed)) AWAIT yield();
  });
  for (const auto& one : rounds) EXPECT_GE(one.load(std::memory_order_relaxed), kRounds / 5);
}

}  // namespace gauntlet::contract
