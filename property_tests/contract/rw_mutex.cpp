// SPDX-License-Identifier: Apache-2.0
// Contract of read-write mutexes: M3 (readers together, a writer alone, nobody starved), M6 (try_lock).
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(RWMutex, M3_readers_hold_it_at_the_same_time) {
  constexpr int kReaders = 10;
  WaitGroup inside(kReaders);
  int met = 0;
  RWMutex mutex;
  drive([&]() -> Task {
    for (int i = 0; i < kReaders; ++i) {
      go([&]() -> Task {
        AWAIT mutex.rlock();
        inside.done();
        AWAIT inside.wait();  // Returns only when all are in.
        mutex.runlock();
      });
    }
    AWAIT inside.wait();
    ++met;
  });
  EXPECT_EQ(met, 1);
}

TEST(RWMutex, M3_a_writer_is_alone) {
  constexpr int kRounds = 200;
  constexpr int kWriter = 10'000;
  long counter = 0;  // Plain: an unlock comes before the lock that follows (H7).
  long seen = 0;
  std::atomic<int> inside{0};
  std::atomic<int> crowded{0};
  RWMutex mutex;
  drive([&]() -> Task {
    for (int i = 0; i < 3; ++i) {
      go([&]() -> Task {
        for (int round = 0; round < kRounds; ++round) {
          AWAIT mutex.lock();
          if (inside.fetch_add(kWriter, std::memory_order_relaxed) != 0)
            crowded.fetch_add(1, std::memory_order_relaxed);
          ++counter;
          if (round % 16 == 0) AWAIT yield();
          inside.fetch_sub(kWriter, std::memory_order_relaxed);
          mutex.unlock();
        }
      });
    }
    for (int i = 0; i < 5; ++i) {
      go([&]() -> Task {
        long last = 0;
        for (int round = 0; round < kRounds; ++round) {
          AWAIT mutex.rlock();
          if (inside.fetch_add(1, std::memory_order_relaxed) >= kWriter)
            crowded.fetch_add(1, std::memory_order_relaxed);
          if (counter < last) crowded.fetch_add(1, std::memory_order_relaxed);
          last = counter;
          if (round % 16 == 0) AWAIT yield();
          inside.fetch_sub(1, std::memory_order_relaxed);
          mutex.runlock();
        }
      });
    }
    AWAIT yield();
  });
  seen = counter;
  EXPECT_EQ(seen, 3L * kRounds);
  EXPECT_EQ(crowded.load(std::memory_order_relaxed), 0);
}

TEST(RWMutex, M3_lock_waits_for_every_reader) {
  std::atomic<int> readers{2};
  int readers_left = -1;
  RWMutex mutex;
  drive([&]() -> Task {
    AWAIT mutex.rlock();
    AWAIT mutex.rlock();
    go([&]() -> Task {
      AWAIT mutex.lock();
      readers_left = readers.load(std::memory_order_relaxed);
      mutex.unlock();
    });
    while (!waits_in("read-write mutex (2 readers)", 1)) AWAIT yield();
    readers.store(1, std::memory_order_relaxed);
    mutex.runlock();
    for (int turn = 0; turn < 50; ++turn) AWAIT yield();
    readers.store(0, std::memory_order_relaxed);
    mutex.runlock();
  });
  EXPECT_EQ(readers_left, 0);
}

TEST(RWMutex, M3_reader_behind_a_waiting_writer_reads_what_it_wrote) {
  int written = 0;
  int read = -1;
  RWMutex mutex;
  drive([&]() -> Task {
    AWAIT mutex.rlock();
    go([&]() -> Task {
      AWAIT mutex.lock();
      written = 1;
      mutex.unlock();
    });
    while (!waits_in("read-write mutex (1 readers)", 1)) AWAIT yield();
    go([&]() -> Task {
      AWAIT mutex.rlock();
      read = written;
      mutex.runlock();
    });
    while (!readers_wait(1)) AWAIT yield();
    mutex.runlock();
  });
  EXPECT_EQ(read, 1);
}

TEST(RWMutex, M3_writer_is_not_starved_by_readers_that_come_again_at_once) {
  std::atomic<int> written{0};
  std::atomic<int> read{0};
  RWMutex mutex;
  drive([&]() -> Task {
    for (int i = 0; i < 4; ++i) {
      go([&]() -> Task {
        while (written.load(std::memory_order_relaxed) < 10) {
          AWAIT mutex.rlock();
          read.fetch_add(1, std::memory_order_relaxed);
          AWAIT yield();  // So that one of them is always inside.
          mutex.runlock();
        }
      });
    }
    while (read.load(std::memory_order_relaxed) < 4) AWAIT yield();
    for (int i = 0; i < 10; ++i) {
      AWAIT mutex.lock();
      written.fetch_add(1, std::memory_order_relaxed);
      mutex.unlock();
    }
  });
  EXPECT_EQ(written.load(std::memory_order_relaxed), 10);
}

TEST(RWMutex, M3_readers_are_not_starved_by_writers_that_come_again_at_once) {
  std::atomic<int> reads{0};
  RWMutex mutex;
  drive([&]() -> Task {
    for (int i = 0; i < 3; ++i) {
      go([&]() -> Task {
        while (reads.load(std::memory_order_relaxed) < 10) {
          AWAIT mutex.lock();
          AWAIT yield();
          mutex.unlock();
        }
      });
    }
    while (!writers_wait(2)) AWAIT yield();  // Of three: the third is inside.
    for (int i = 0; i < 10; ++i) {
      AWAIT mutex.rlock();
      reads.fetch_add(1, std::memory_order_relaxed);
      mutex.runlock();
    }
  });
  EXPECT_EQ(reads.load(std::memory_order_relaxed), 10);
}

TEST(RWMutex, M3_all_waiting_readers_enter_when_a_writer_leaves) {
  constexpr int kReaders = 10;
  WaitGroup inside(kReaders);
  int finished = 0;
  RWMutex mutex;
  drive([&]() -> Task {
    AWAIT mutex.lock();
    for (int i = 0; i < kReaders; ++i) {
      go([&]() -> Task {
        AWAIT mutex.rlock();
        inside.done();
        AWAIT inside.wait();
        mutex.runlock();
      });
    }
    while (!readers_wait(kReaders)) AWAIT yield();
    mutex.unlock();
    AWAIT inside.wait();
    AWAIT mutex.lock();
    ++finished;
    mutex.unlock();
  });
  EXPECT_EQ(finished, 1);
}

TEST(RWMutex, M3_may_die_as_soon_as_the_last_holder_left) {
  for (int round = 0; round < 20; ++round) {
    drive([&]() -> Task {
      for (int i = 0; i < 20; ++i) {
        auto mutex = std::make_unique<RWMutex>();
        RWMutex* const borrowed = mutex.get();
        WaitGroup holds(1);
        go([borrowed, &holds, i]() -> Task {
          AWAIT borrowed->rlock();
          holds.done();
          if (i % 2 == 0) AWAIT yield();
          borrowed->runlock();
        });
        AWAIT holds.wait();
        AWAIT mutex->lock();
        mutex->unlock();
        mutex.reset();
      }
    });
  }
}

TEST(RWMutex, M3_unlocking_what_is_not_locked_panics) {
  drive([&]() -> Task {
    RWMutex mutex;
    EXPECT_TRUE(panics([&] { mutex.unlock(); }));
    EXPECT_TRUE(panics([&] { mutex.runlock(); }));
    AWAIT mutex.rlock();
    EXPECT_TRUE(panics([&] { mutex.unlock(); }));
    mutex.runlock();
    AWAIT mutex.lock();
    EXPECT_TRUE(panics([&] { mutex.runlock(); }));
    mutex.unlock();
  });
}

TEST(RWMutex, M6_try_lock_and_try_rlock_take_it_only_when_they_may) {
  RWMutex mutex;
  drive([&]() -> Task {
    EXPECT_TRUE(mutex.try_rlock());
    EXPECT_TRUE(mutex.try_rlock());
    EXPECT_FALSE(mutex.try_lock());
    go([&]() -> Task {
      AWAIT mutex.lock();
      AWAIT yield();
      mutex.unlock();
    });
    while (!waits_in("read-write mutex (2 readers)", 1)) AWAIT yield();
    EXPECT_FALSE(mutex.try_rlock());  // A writer waits.
    mutex.runlock();
    mutex.runlock();
    AWAIT mutex.lock();
    EXPECT_FALSE(mutex.try_lock());
    EXPECT_FALSE(mutex.try_rlock());
    mutex.unlock();
    EXPECT_TRUE(mutex.try_lock());
    mutex.unlock();
  });
}

}  // namespace gauntlet::contract
