// SPDX-License-Identifier: Apache-2.0
// The worker pool of lane coro: nothing is lost, nobody starves, other threads may resume.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <coroutine>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

#include "property_tests/stackless/lane.hpp"

namespace gauntlet::stackless {
namespace {

/// Parks a goroutine and shows its handle to other threads.
class Door {
 public:
  class Entry {
   public:
    explicit Entry(Door& door) : door_(door) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> self) const {
      // release pairs with the acquire in open(); nothing is touched after: open() may follow at
      // once.
      door_.waiting_.store(self.address(), std::memory_order_release);
    }
    void await_resume() const {}

   private:
    Door& door_;
  };

  Entry enter() { return Entry(*this); }

  /// From any thread: waits until somebody stands at the door and lets it in.
  void open() {
    void* found = nullptr;
    while ((found = waiting_.exchange(nullptr, std::memory_order_acquire)) == nullptr)
      std::this_thread::yield();
    UnderTest::resume(std::coroutine_handle<>::from_address(found));
  }

 private:
  std::atomic<void*> waiting_{nullptr};
};

}  // namespace

TEST(Pool, runs_each_of_a_million_goroutines_once) {
  constexpr int kGoroutines = 1'000'000 / kSlowdown;
  std::vector<std::uint8_t> runs(static_cast<std::size_t>(kGoroutines), 0);
  drive([&]() -> Task {
    WaitGroup all(kGoroutines);
    for (std::uint8_t& mine : runs) {
      go([&all, &mine]() -> Task {
        AWAIT yield();
        ++mine;
        all.done();
      });
    }
    AWAIT all.wait();
  });
  EXPECT_TRUE(std::all_of(runs.begin(), runs.end(), [](std::uint8_t times) { return times == 1; }));
}

TEST(Pool, goroutines_may_start_goroutines_in_a_tree) {
  struct Tree {
    static Task grow(int depth, std::atomic<int>& leaves) {
      if (depth == 0) {
        leaves.fetch_add(1, std::memory_order_relaxed);  // relaxed: read after run().
      } else {
        for (int branch = 0; branch < 4; ++branch)
          go([depth, &leaves] { return grow(depth - 1, leaves); });
      }
      AWAIT yield();
    }
  };
  std::atomic<int> leaves{0};
  drive([&] { return Tree::grow(6, leaves); });
  EXPECT_EQ(leaves.load(std::memory_order_relaxed), 4096);
}

TEST(Pool, another_thread_may_resume_while_all_workers_sleep) {
  constexpr int kRounds = 2000 / kSlowdown;
  int entered = 0;
  Door door;
  std::thread porter([&] {
    for (int i = 0; i < kRounds; ++i) door.open();
  });
  drive([&]() -> Task {
    for (int i = 0; i < kRounds; ++i) {
      AWAIT door.enter();
      ++entered;
    }
  });
  porter.join();
  EXPECT_EQ(entered, kRounds);
}

TEST(Pool, four_threads_may_resume_four_goroutines_among_busy_ones) {
  constexpr std::size_t kDoors = 4;
  constexpr int kRounds = 200 / kSlowdown;
  std::vector<Door> doors(kDoors);
  std::vector<int> entered(kDoors, 0);
  std::vector<std::thread> porters;
  for (Door& door : doors) {
    porters.emplace_back([&door] {
      for (int i = 0; i < kRounds; ++i) door.open();
    });
  }
  std::atomic<int> inside{static_cast<int>(kDoors)};
  drive([&]() -> Task {
    for (std::size_t i = 0; i < kDoors; ++i) {
      go([&, i]() -> Task {
        for (int round = 0; round < kRounds; ++round) {
          AWAIT doors[i].enter();
          ++entered[i];
        }
        inside.fetch_sub(1, std::memory_order_relaxed);  // relaxed: ends the loop below, no more.
      });
    }
    while (inside.load(std::memory_order_relaxed) > 0) AWAIT yield();
  });
  for (std::thread& porter : porters) porter.join();
  for (const int count : entered) EXPECT_EQ(count, kRounds);
}

TEST(Pool, another_thread_may_start_goroutines_while_one_waits_for_it) {
  constexpr int kGoroutines = 100;
  int sum = 0;
  WaitGroup all(kGoroutines);
  Mutex mutex;
  Door door;
  std::thread outsider([&] {
    door.open();
    for (int i = 0; i < kGoroutines; ++i) {
      go([&]() -> Task {
        AWAIT mutex.lock();
        ++sum;
        mutex.unlock();
        all.done();
      });
    }
  });
  drive([&]() -> Task {
    AWAIT door.enter();
    AWAIT all.wait();
  });
  outsider.join();
  EXPECT_EQ(sum, kGoroutines);
}

TEST(Pool, the_last_thread_to_resume_may_be_late_on_its_way_out) {
  for (int round = 0; round < 300 / kSlowdown; ++round) {
    Door door;
    std::thread porter([&] { door.open(); });
    drive([&]() -> Task { AWAIT door.enter(); });
    porter.detach();
  }
}

TEST(Pool, ten_that_yield_take_turns_on_one_worker) {
  constexpr std::size_t kYielders = 10;
  std::vector<int> turns(kYielders, 0);
  int widest = 0;
  drive_with(1, [&]() -> Task {
    for (std::size_t i = 0; i < kYielders; ++i) {
      go([&, i]() -> Task {
        for (int turn = 0; turn < 1000; ++turn) {
          ++turns[i];
          const auto [fewest, most] = std::minmax_element(turns.begin(), turns.end());
          widest = std::max(widest, *most - *fewest);
          AWAIT yield();
        }
      });
    }
    AWAIT yield();
  });
  EXPECT_LE(widest, 1);
}

TEST(Pool, a_pair_that_plays_ping_pong_does_not_starve_a_third) {
  constexpr int kTurns = 10'000;
  int rounds = 0;
  bool over = false;
  Channel<bool> ping;
  drive_with(1, [&]() -> Task {
    go([&]() -> Task {
      while (*AWAIT ping.recv()) ++rounds;
    });
    go([&]() -> Task {
      while (!over) AWAIT ping.send(true);
      AWAIT ping.send(false);
    });
    for (int turn = 0; turn < kTurns; ++turn) AWAIT yield();
    over = true;
  });
  EXPECT_GT(rounds, kTurns / 5);
  EXPECT_LT(rounds, kTurns * 5);
}

TEST(Pool, a_pair_that_plays_ping_pong_does_not_starve_another_thread) {
  bool over = false;
  Door door;
  std::thread porter([&] {
    for (int i = 0; i < 100; ++i) door.open();
  });
  Channel<bool> ping;
  drive_with(1, [&]() -> Task {
    go([&]() -> Task {
      while (*AWAIT ping.recv()) {
      }
    });
    go([&]() -> Task {
      while (!over) AWAIT ping.send(true);
      AWAIT ping.send(false);
    });
    for (int i = 0; i < 100; ++i) AWAIT door.enter();
    over = true;
  });
  porter.join();
}

TEST(Pool, goroutines_that_wait_for_each_other_without_yielding_run_in_parallel) {
  const unsigned count = std::max(2U, workers());
  std::atomic<unsigned> arrived{0};
  drive_with(count, [&]() -> Task {
    for (unsigned i = 1; i < count; ++i) {
      go([&]() -> Task {
        arrived.fetch_add(1, std::memory_order_relaxed);  // relaxed: a rendezvous, no data.
        while (arrived.load(std::memory_order_relaxed) < count) std::this_thread::yield();
        AWAIT yield();
      });
    }
    arrived.fetch_add(1, std::memory_order_relaxed);
    while (arrived.load(std::memory_order_relaxed) < count) std::this_thread::yield();
    AWAIT yield();
  });
  EXPECT_EQ(arrived.load(std::memory_order_relaxed), count);
}

TEST(Pool, run_works_again_and_again_with_any_number_of_workers) {
  int runs = 0;
  for (int round = 0; round < 200 / kSlowdown; ++round) {
    for (unsigned count = 1; count <= 4; ++count) {
      drive_with(count, [&]() -> Task {
        Channel<int> numbers;
        for (int i = 0; i < 8; ++i) {
          go([&numbers, i]() -> Task { AWAIT numbers.send(i); });
        }
        int sum = 0;
        for (int i = 0; i < 8; ++i) sum += *AWAIT numbers.recv();
        if (sum == 28) ++runs;
      });
    }
  }
  EXPECT_EQ(runs, 200 / kSlowdown * 4);
}

TEST(Pool, sleeping_workers_wake_for_every_burst) {
  constexpr int kBursts = 2000 / kSlowdown;
  std::atomic<int> ran{0};
  Door door;
  std::thread porter([&] {
    for (int i = 0; i < kBursts; ++i) {
      // relaxed: a count to wait for. All of the last burst have run: the workers are on their way
      // to sleep, at another point of it each time.
      while (ran.load(std::memory_order_relaxed) < i * 3) std::this_thread::yield();
      for (volatile int pause = 0; pause < (i * 37) % 5000;) pause = pause + 1;
      door.open();
    }
  });
  drive([&]() -> Task {
    for (int i = 0; i < kBursts; ++i) {
      AWAIT door.enter();
      for (int each = 0; each < 3; ++each) {
        go([&]() -> Task {
          ran.fetch_add(1, std::memory_order_relaxed);
          AWAIT yield();
        });
      }
    }
  });
  porter.join();
  EXPECT_EQ(ran.load(std::memory_order_relaxed), kBursts * 3);
}

}  // namespace gauntlet::stackless
