// SPDX-License-Identifier: Apache-2.0
// Contract of mutexes: M1 (one at a time), M2 (nobody starves), M6 (try_lock).
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(Mutex, M1_one_holds_it_at_a_time) {
  constexpr int kGoroutines = 8;
  constexpr int kRounds = 500;
  long counter = 0;  // Plain: the n-th unlock comes before the lock that follows (H7).
  std::atomic<int> inside{0};
  std::atomic<int> crowded{0};
  Mutex mutex;
  drive([&]() -> Task {
    for (int i = 0; i < kGoroutines; ++i) {
      go([&]() -> Task {
        for (int round = 0; round < kRounds; ++round) {
          AWAIT mutex.lock();
          if (inside.fetch_add(1, std::memory_order_relaxed) != 0)
            crowded.fetch_add(1, std::memory_order_relaxed);
          ++counter;
          if (round % 16 == 0) AWAIT yield();
          inside.fetch_sub(1, std::memory_order_relaxed);
          mutex.unlock();
        }
      });
    }
    AWAIT yield();
  });
  EXPECT_EQ(counter, long{kGoroutines} * kRounds);
  EXPECT_EQ(crowded.load(std::memory_order_relaxed), 0);
}

TEST(Mutex, M1_lock_waits_while_another_holds_it) {
  std::atomic<bool> released{false};
  bool early = false;
  Mutex mutex;
  drive([&]() -> Task {
    AWAIT mutex.lock();
    go([&]() -> Task {
      AWAIT mutex.lock();
      early = !released.load(std::memory_order_relaxed);
      mutex.unlock();
    });
    while (!waits_in("mutex", 1)) AWAIT yield();
    for (int turn = 0; turn < 50; ++turn) AWAIT yield();
    released.store(true, std::memory_order_relaxed);
    mutex.unlock();
  });
  EXPECT_FALSE(early);
}

TEST(Mutex, M1_each_of_many_waiters_gets_it) {
  constexpr int kWaiters = 20;
  int served = 0;
  Mutex mutex;
  drive([&]() -> Task {
    AWAIT mutex.lock();
    for (int i = 0; i < kWaiters; ++i) {
      go([&]() -> Task {
        AWAIT mutex.lock();
        ++served;
        mutex.unlock();
      });
    }
    while (!waits_in("mutex", kWaiters)) AWAIT yield();
    mutex.unlock();
  });
  EXPECT_EQ(served, kWaiters);
}

TEST(Mutex, M1_unlock_of_unlocked_panics) {
  Mutex mutex;
  drive([&]() -> Task {
    EXPECT_TRUE(panics([&] { mutex.unlock(); }));
    AWAIT mutex.lock();
    mutex.unlock();
    EXPECT_TRUE(panics([&] { mutex.unlock(); }));
  });
}

TEST(Mutex, M1_may_be_unlocked_by_another_goroutine) {
  int turns = 0;
  Mutex mutex;
  drive([&]() -> Task {
    for (int i = 0; i < 20; ++i) {
      AWAIT mutex.lock();
      ++turns;
      go([&]() -> Task {
        AWAIT yield();
        mutex.unlock();
      });
    }
  });
  EXPECT_EQ(turns, 20);
}

TEST(Mutex, M1_may_die_as_soon_as_the_last_holder_unlocked) {
  for (int round = 0; round < 30; ++round) {
    drive([&]() -> Task {
      for (int i = 0; i < 20; ++i) {
        auto mutex = std::make_unique<Mutex>();
        Mutex* const borrowed = mutex.get();
        WaitGroup holds(1);
        go([borrowed, &holds, i]() -> Task {
          AWAIT borrowed->lock();
          holds.done();
          if (i % 2 == 0) AWAIT yield();
          borrowed->unlock();
        });
        AWAIT holds.wait();
        AWAIT mutex->lock();
        mutex->unlock();
        mutex.reset();
      }
    });
  }
}

TEST(Mutex, M2_a_waiter_is_not_starved_by_one_who_locks_again_at_once) {
  std::atomic<int> served{0};
  Mutex mutex;
  drive([&]() -> Task {
    for (int i = 0; i < 3; ++i) {
      go([&]() -> Task {
        for (int turn = 0; turn < 10; ++turn) {
          AWAIT mutex.lock();
          mutex.unlock();
        }
        served.fetch_add(1, std::memory_order_relaxed);
      });
    }
    while (served.load(std::memory_order_relaxed) < 3) {
      AWAIT mutex.lock();
      AWAIT yield();
      mutex.unlock();
    }
  });
  EXPECT_EQ(served.load(std::memory_order_relaxed), 3);
}

TEST(Mutex, M2_a_waiter_loses_one_race_at_most_and_is_then_handed_the_mutex) {
  constexpr int kRounds = 20;
  int most = 0;
  Mutex mutex;
  drive([&]() -> Task {
    for (int round = 0; round < kRounds; ++round) {
      bool got = false;  // Guarded by the mutex.
      int lost = 0;
      WaitGroup over(1);
      AWAIT mutex.lock();
      go([&]() -> Task {
        AWAIT mutex.lock();
        got = true;
        mutex.unlock();
        over.done();
      });
      for (bool again = true; again; ++lost) {
        while (!waits_in("mutex", 1)) AWAIT yield();
        mutex.unlock();
        AWAIT mutex.lock();  // At once: the one that waits has to be woken first.
        again = !got && lost < 10;
      }
      mutex.unlock();
      AWAIT over.wait();
      most = std::max(most, lost - 1);
    }
  });
  EXPECT_LE(most, 1);
}

TEST(Mutex, M6_try_lock_takes_it_only_when_free) {
  Mutex mutex;
  drive([&]() -> Task {
    EXPECT_TRUE(mutex.try_lock());
    EXPECT_FALSE(mutex.try_lock());
    mutex.unlock();
    AWAIT mutex.lock();
    EXPECT_FALSE(mutex.try_lock());
    mutex.unlock();
    EXPECT_TRUE(mutex.try_lock());
    mutex.unlock();
  });
}

TEST(Mutex, M6_try_lock_excludes_like_lock) {
  long counter = 0;
  std::atomic<int> taken{0};
  Mutex mutex;
  drive([&]() -> Task {
    for (int i = 0; i < 4; ++i) {
      go([&]() -> Task {
        for (int round = 0; round < 500; ++round) {
          if (mutex.try_lock()) {
            ++counter;
            taken.fetch_add(1, std::memory_order_relaxed);
            mutex.unlock();
          }
          if (round % 50 == 0) AWAIT yield();
        }
      });
    }
    AWAIT yield();
  });
  EXPECT_EQ(counter, taken.load(std::memory_order_relaxed));
  EXPECT_GT(counter, 0);
}

}  // namespace gauntlet::contract
