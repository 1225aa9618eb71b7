// SPDX-License-Identifier: Apache-2.0
// Parking and waking: from goroutines, from threads that are no workers, by the million.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "harness/usage.hpp"
#include "property_tests/work_stealing/workers_fixture.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

class Park : public WithWorkers {};
GAUNTLET_WITH_WORKERS(Park);

TEST_P(Park, goes_on_at_once_when_try_park_says_no) {
  int calls = 0;
  run([&] {
    for (int i = 0; i < 100; ++i)
      Runtime::suspend([&](Runtime::Handle) {
        ++calls;
        return false;
      });
  });
  EXPECT_EQ(calls, 100);
}

TEST_P(Park, may_be_resumed_inside_try_park) {
  int parks = 0;
  run([&] {
    for (int i = 0; i < 100; ++i) {
      Runtime::suspend([&](Runtime::Handle self) {
        ++parks;
        Runtime::resume(self);
        return true;
      });
    }
  });
  EXPECT_EQ(parks, 100);
}

TEST_P(Park, unlocking_is_the_short_form) {
  std::atomic<bool> lock{false};
  int rounds = 0;
  run([&] {
    Runtime::Handle waiting = nullptr;
    Runtime::go([&] {
      for (int i = 0; i < 100; ++i) {
        while (lock.exchange(true, std::memory_order_acquire)) Runtime::yield();
        Runtime::suspend_unlocking(waiting, lock);
        ++rounds;
      }
    });
    for (int i = 0; i < 100;) {
      while (lock.exchange(true, std::memory_order_acquire)) Runtime::yield();
      const Runtime::Handle found = std::exchange(waiting, nullptr);
      lock.store(false, std::memory_order_release);
      if (found != nullptr) {
        Runtime::resume(found);
        ++i;
      }
      Runtime::yield();
    }
  });
  EXPECT_EQ(rounds, 100);
}

TEST_P(Park, a_foreign_thread_may_resume_as_soon_as_it_sees_the_handle) {
  constexpr int kGoroutines = 8;
  constexpr int kParks = kSanitized ? 100 : 1000;
  std::atomic<Runtime::Handle> slots[kGoroutines] = {};
  std::atomic<bool> over{false};
  std::atomic<int> parks{0};
  std::thread waker([&] {
    while (!over.load(std::memory_order_acquire)) {
      for (auto& slot : slots)
        if (const Runtime::Handle handle = slot.exchange(nullptr, std::memory_order_acquire))
          Runtime::resume(handle);
      std::this_thread::yield();
    }
  });
  run([&] {
    for (auto& slot : slots)
      Runtime::go([&] {
        for (int i = 0; i < kParks; ++i) {
          Runtime::suspend([&](Runtime::Handle self) {
            slot.store(self, std::memory_order_release);
            return true;
          });
          parks.fetch_add(1, std::memory_order_relaxed);
        }
      });
  });
  over.store(true, std::memory_order_release);
  waker.join();
  EXPECT_EQ(parks.load(std::memory_order_relaxed), kGoroutines * kParks);
}

TEST_P(Park, a_foreign_resume_arrives_while_workers_sleep) {
  constexpr int kRounds = 20;
  int rounds = 0;
  run([&] {
    for (int i = 0; i < kRounds; ++i) {
      std::atomic<Runtime::Handle> parked{nullptr};
      std::thread waker([&parked, i] {
        Runtime::Handle handle = nullptr;
        while ((handle = parked.load(std::memory_order_acquire)) == nullptr)
          std::this_thread::yield();
        // Long enough, in half of the rounds, for every worker to fall asleep.
        if (i % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(3));
        Runtime::resume(handle);
      });
      Runtime::suspend([&](Runtime::Handle self) {
        parked.store(self, std::memory_order_release);
        return true;
      });
      waker.join();
      ++rounds;
    }
  });
  EXPECT_EQ(rounds, kRounds);
}

TEST_P(Park, others_go_on_while_a_worker_is_blocked_in_the_kernel) {
  if (workers() == 1) GTEST_SKIP() << "the only worker blocks";
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  char read_byte = 0;
  run([&] {
    std::atomic<Runtime::Handle> parked{nullptr};
    Runtime::go([&] {
      Runtime::suspend([&](Runtime::Handle self) {
        parked.store(self, std::memory_order_release);
        return true;
      });
      EXPECT_EQ(write(pipe_ends[1], "x", 1), 1);
    });
    while (parked.load(std::memory_order_acquire) == nullptr) Runtime::yield();
    std::thread waker([&] { Runtime::resume(parked.load(std::memory_order_acquire)); });
    EXPECT_EQ(read(pipe_ends[0], &read_byte, 1), 1);
    waker.join();
  });
  EXPECT_EQ(read_byte, 'x');
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST_P(Park, a_woken_goroutine_runs_although_its_waker_never_stops) {
  if (workers() == 1) GTEST_SKIP() << "nobody else could run it";
  for (int round = 0; round < 5; ++round) {
    run([&] {
      std::atomic<Runtime::Handle> parked{nullptr};
      std::atomic<bool> ran{false};
      Runtime::go([&] {
        Runtime::suspend([&](Runtime::Handle self) {
          parked.store(self, std::memory_order_release);
          return true;
        });
        ran.store(true, std::memory_order_release);
      });
      while (parked.load(std::memory_order_acquire) == nullptr) Runtime::yield();
      Runtime::resume(parked.load(std::memory_order_acquire));
      while (!ran.load(std::memory_order_acquire)) relax_cpu();
    });
  }
}

TEST_P(Park, parallel_ping_pongs_end_with_the_right_sums) {
  constexpr int kPairs = 10;
  constexpr int kRounds = kSanitized ? 100 : 2000;
  std::atomic<long> sum{0};
  run([&] {
    for (int pair = 0; pair < kPairs; ++pair)
      Runtime::go([&] {
        Channel<int> ping(0);
        Channel<int> pong(0);
        WaitGroup over(1);
        Runtime::go([&] {
          while (auto value = ping.recv()) pong.send(*value + 1);
          over.done();
        });
        long own = 0;
        for (int i = 0; i < kRounds; ++i) {
          ping.send(i);
          own += *pong.recv();
        }
        ping.close();
        over.wait();
        sum.fetch_add(own, std::memory_order_relaxed);
      });
  });
  EXPECT_EQ(sum.load(std::memory_order_relaxed), long{kPairs} * kRounds * (kRounds + 1) / 2);
}

TEST_P(Park, stays_right_under_a_storm_of_short_runs) {
  for (int i = 0; i < (kSanitized ? 20 : 200); ++i) {
    int sum = 0;
    run([&] {
      Channel<int> numbers(i % 3);
      for (int k = 0; k < 5; ++k) Runtime::go([&, k] { numbers.send(k); });
      for (int k = 0; k < 5; ++k) sum += *numbers.recv();
    });
    ASSERT_EQ(sum, 10);
  }
}

TEST_P(Park, a_million_goroutines_at_once_take_a_page_each) {
  constexpr int kMany = kSanitized ? 3000 : 1'000'000;
  constexpr std::int64_t kMostBytesEach = 5000;
  if (workers() > 2) GTEST_SKIP() << "shown with 1 and 2";
  if (kPortableSwitch) GTEST_SKIP() << "ucontext keeps two kilobytes of registers on each stack";
  std::atomic<int> woken{0};
  run([&] {
    Channel<int> gate(0);
    std::atomic<int> arrived{0};
    WaitGroup all(kMany);
    const std::int64_t before = resident_bytes();
    for (int i = 0; i < kMany; ++i) {
      Runtime::go([&] {
        arrived.fetch_add(1, std::memory_order_relaxed);
        if (!gate.recv()) woken.fetch_add(1, std::memory_order_relaxed);
        all.done();
      });
      // Now and then all that are queued run and park, so that closures do not count.
      if (i % 1000 == 0) Runtime::yield();
    }
    while (arrived.load(std::memory_order_relaxed) < kMany) Runtime::yield();
    if (!kSanitized) {
      const std::int64_t grown = resident_bytes() - std::min(before, resident_bytes());
      EXPECT_LT(grown / kMany, kMostBytesEach + 64);
      RecordProperty("bytes_each", static_cast<int>(grown / kMany));
    }
    gate.close();
    all.wait();
  });
  EXPECT_EQ(woken.load(std::memory_order_relaxed), kMany);
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
