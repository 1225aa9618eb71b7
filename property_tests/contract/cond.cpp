// SPDX-License-Identifier: Apache-2.0
// Contract of condition variables: M5 (signal, broadcast, generations; wait unlocks and locks again).
#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(Cond, M5_each_signal_wakes_one) {
  constexpr int kWaiters = 10;
  int awake = 0;  // Guarded by the mutex, as all state below.
  std::vector<int> seen;
  Mutex mutex;
  Cond cond(mutex);
  drive([&]() -> Task {
    for (int i = 0; i < kWaiters; ++i) {
      go([&]() -> Task {
        AWAIT mutex.lock();
        AWAIT cond.wait();
        ++awake;
        mutex.unlock();
      });
    }
    while (!waits_in("cond", kWaiters)) AWAIT yield();
    for (int signals = 1; signals <= kWaiters; ++signals) {
      AWAIT mutex.lock();
      cond.signal();
      mutex.unlock();
      for (int now = 0; now < signals;) {
        AWAIT yield();
        AWAIT mutex.lock();
        now = awake;
        mutex.unlock();
      }
      for (int turn = 0; turn < 10; ++turn) AWAIT yield();
      AWAIT mutex.lock();
      seen.push_back(awake);
      mutex.unlock();
    }
  });
  for (int signals = 1; signals <= kWaiters; ++signals)
    EXPECT_EQ(seen.at(static_cast<std::size_t>(signals - 1)), signals);
}

TEST(Cond, M5_signals_wake_in_the_order_of_waiting) {
  constexpr int kWaiters = 20;
  std::vector<int> order;
  Mutex mutex;
  Cond cond(mutex);
  drive([&]() -> Task {
    for (int i = 0; i < kWaiters; ++i) {
      go([&, i]() -> Task {
        AWAIT mutex.lock();
        AWAIT cond.wait();
        order.push_back(i);
        mutex.unlock();
      });
      while (!waits_in("cond", i + 1)) AWAIT yield();
    }
    for (std::size_t woken = 1; woken <= kWaiters; ++woken) {
      cond.signal();
      for (std::size_t now = 0; now < woken;) {
        AWAIT yield();
        AWAIT mutex.lock();
        now = order.size();
        mutex.unlock();
      }
    }
  });
  ASSERT_EQ(order.size(), kWaiters);
  for (int i = 0; i < kWaiters; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(Cond, M5_broadcast_wakes_all_who_wait_and_nobody_who_comes_later) {
  constexpr int kWaiters = 20;
  constexpr int kRounds = 5;
  int awake = 0;
  int rounds_right = 0;
  Mutex mutex;
  Cond cond(mutex);
  drive([&]() -> Task {
    for (int i = 0; i < kWaiters; ++i) {
      go([&]() -> Task {
        AWAIT mutex.lock();
        for (int round = 0; round < kRounds; ++round) {
          AWAIT cond.wait();  // And waits again, before the broadcaster has the mutex perhaps.
          ++awake;
        }
        mutex.unlock();
      });
    }
    for (int round = 1; round <= kRounds; ++round) {
      while (!waits_in("cond", kWaiters)) AWAIT yield();
      AWAIT mutex.lock();
      if (awake == kWaiters * (round - 1)) ++rounds_right;
      cond.broadcast();
      mutex.unlock();
    }
  });
  EXPECT_EQ(rounds_right, kRounds);
  EXPECT_EQ(awake, kWaiters * kRounds);
}

TEST(Cond, M5_signal_does_not_go_to_one_who_began_to_wait_later) {
  // In each round one goroutine waits, is signalled, and a second one begins to wait at once.
  constexpr int kRounds = 100;
  int first_woken = 0;
  Mutex mutex;
  Cond cond(mutex);
  drive([&]() -> Task {
    for (int round = 0; round < kRounds; ++round) {
      bool first_is_awake = false;
      WaitGroup ended(2);
      go([&]() -> Task {
        AWAIT mutex.lock();
        AWAIT cond.wait();
        first_is_awake = true;
        mutex.unlock();
        cond.signal();  // The second one's.
        ended.done();
      });
      while (!waits_in("cond", 1)) AWAIT yield();
      AWAIT mutex.lock();
      cond.signal();
      go([&]() -> Task {
        AWAIT mutex.lock();
        while (!first_is_awake) AWAIT cond.wait();
        ++first_woken;
        mutex.unlock();
        ended.done();
      });
      mutex.unlock();
      AWAIT ended.wait();
    }
  });
  EXPECT_EQ(first_woken, kRounds);
}

TEST(Cond, M5_wait_unlocks_the_mutex_and_holds_it_again_on_return) {
  int inside = 0;
  int crowded = 0;
  Mutex mutex;
  Cond cond(mutex);
  drive([&]() -> Task {
    for (int i = 0; i < 8; ++i) {
      go([&]() -> Task {
        AWAIT mutex.lock();
        AWAIT cond.wait();
        if (++inside != 1) ++crowded;
        AWAIT yield();
        --inside;
        mutex.unlock();
      });
    }
    while (!waits_in("cond", 8)) AWAIT yield();
    EXPECT_TRUE(mutex.try_lock());
    mutex.unlock();
    cond.broadcast();
  });
  EXPECT_EQ(crowded, 0);
}

TEST(Cond, M5_signal_and_broadcast_without_a_waiter_do_nothing) {
  bool woken_too_early = false;
  bool told = false;
  Mutex mutex;
  Cond cond(mutex);
  drive([&]() -> Task {
    cond.signal();
    cond.broadcast();
    go([&]() -> Task {
      AWAIT mutex.lock();
      AWAIT cond.wait();
      woken_too_early = !told;
      mutex.unlock();
    });
    while (!waits_in("cond", 1)) AWAIT yield();
    for (int turn = 0; turn < 20; ++turn) AWAIT yield();
    AWAIT mutex.lock();
    told = true;
    mutex.unlock();
    cond.signal();
  });
  EXPECT_FALSE(woken_too_early);
}

TEST(Cond, M5_bounded_queue_of_two_conds_loses_nothing) {
  constexpr int kItems = 300;
  constexpr int kSides = 3;
  std::vector<int> queue;
  std::vector<int> taken(kItems * kSides, 0);
  Mutex mutex;
  Cond not_empty(mutex);
  Cond not_full(mutex);
  drive([&]() -> Task {
    for (int side = 0; side < kSides; ++side) {
      go([&, side]() -> Task {
        for (int i = 0; i < kItems; ++i) {
          AWAIT mutex.lock();
          while (queue.size() == 2) AWAIT not_full.wait();
          queue.push_back(side * kItems + i);
          mutex.unlock();
          not_empty.signal();
        }
      });
      go([&]() -> Task {
        for (int i = 0; i < kItems; ++i) {
          AWAIT mutex.lock();
          while (queue.empty()) AWAIT not_empty.wait();
          ++taken[static_cast<std::size_t>(queue.back())];
          queue.pop_back();
          mutex.unlock();
          not_full.signal();
        }
      });
    }
    AWAIT yield();
  });
  for (const int times : taken) ASSERT_EQ(times, 1);
}

}  // namespace gauntlet::contract
