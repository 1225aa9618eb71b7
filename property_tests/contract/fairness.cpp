// SPDX-License-Identifier: Apache-2.0
// Contract of fairness, rule R6: who is ready runs within a bounded time of the others' work. After Go's own
// tests of it: a hog beside a ping-pong pair, progress of those who yield, newcomers among old hands.
#include <gtest/gtest.h>

#include <atomic>

#include "property_tests/contract/lane.hpp"

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

}  // namespace gauntlet::contract
