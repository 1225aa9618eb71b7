// SPDX-License-Identifier: Apache-2.0
// Contract of go, run and yield.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "property_tests/contract/counted.hpp"
#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(Goroutine, G1_run_returns_after_every_goroutine_ended) {
  constexpr int kGoroutines = 100;
  std::vector<int> ended(kGoroutines, 0);
  drive([&]() -> Task {
    for (int i = 0; i < kGoroutines; ++i) {
      go([&ended, i]() -> Task {
        for (int turn = 0; turn < 5 + i % 7; ++turn) AWAIT yield();
        ended[static_cast<std::size_t>(i)] = 1;
      });
    }
    AWAIT yield();
  });
  for (const int one : ended) EXPECT_EQ(one, 1);
}

TEST(Goroutine, G1_run_returns_after_goroutines_that_outlive_the_root) {
  bool ended = false;
  Channel<int> never_sent;
  drive([&]() -> Task {
    go([&]() -> Task {
      AWAIT never_sent.recv();
      ended = true;
    });
    go([&]() -> Task {
      for (int turn = 0; turn < 100; ++turn) AWAIT yield();
      never_sent.close();
    });
    AWAIT yield();
  });
  EXPECT_TRUE(ended);
}

TEST(Goroutine, G1_run_destroys_every_closure_before_it_returns) {
  for (int round = 0; round < 50; ++round) {
    drive([root = Counted(1)]() -> Task {
      for (int i = 0; i < 8; ++i) {
        go([mine = Counted(i), i]() -> Task {
          AWAIT yield();
          EXPECT_EQ(mine.number(), i);
        });
      }
      AWAIT yield();
    });
    ASSERT_EQ(Counted::alive(), 0) << "round " << round;
  }
}

TEST(Goroutine, G1_run_can_be_called_again_and_again) {
  int runs = 0;
  for (int i = 0; i < 100; ++i) {
    drive([&]() -> Task {
      AWAIT yield();
      ++runs;
    });
  }
  EXPECT_EQ(runs, 100);
}

TEST(Goroutine, G1_run_works_with_one_to_four_workers) {
  for (unsigned count = 1; count <= 4; ++count) {
    int sum = 0;
    Channel<int> numbers(7);
    drive_with(count, [&]() -> Task {
      for (int i = 1; i <= 20; ++i) {
        go([&numbers, i]() -> Task { AWAIT numbers.send(i); });
      }
      for (int i = 1; i <= 20; ++i) {
        const auto got = AWAIT numbers.recv();
        sum += got.value_or(0);
      }
    });
    EXPECT_EQ(sum, 210);
  }
}

TEST(Goroutine, G2_go_never_waits_for_the_new_goroutine) {
  bool received = false;
  Channel<int> hand;
  WaitGroup over(1);
  drive([&]() -> Task {
    go([&]() -> Task {
      const auto got = AWAIT hand.recv();
      received = got == 7;
      over.done();
    });
    AWAIT hand.send(7);
    AWAIT over.wait();
  });
  EXPECT_TRUE(received);
}

TEST(Goroutine, G2_go_nests) {
  constexpr int kFan = 5;
  std::atomic<int> leaves{0};
  drive([&]() -> Task {
    for (int i = 0; i < kFan; ++i) {
      go([&]() -> Task {
        for (int j = 0; j < kFan; ++j) {
          go([&]() -> Task {
            for (int k = 0; k < kFan; ++k) {
              go([&]() -> Task {
                AWAIT yield();
                leaves.fetch_add(1, std::memory_order_relaxed);
              });
            }
            AWAIT yield();
          });
        }
        AWAIT yield();
      });
    }
    AWAIT yield();
  });
  EXPECT_EQ(leaves.load(std::memory_order_relaxed), kFan * kFan * kFan);
}

TEST(Goroutine, G1_ten_thousand_run_and_are_counted) {
  const int count = at_most(10'000, 2'000);
  std::atomic<int> ran{0};
  WaitGroup all(count);
  drive([&]() -> Task {
    for (int i = 0; i < count; ++i) {
      go([&]() -> Task {
        AWAIT yield();
        ran.fetch_add(1, std::memory_order_relaxed);
        all.done();
      });
    }
    AWAIT all.wait();
    EXPECT_EQ(ran.load(std::memory_order_relaxed), count);
  });
}

TEST(Goroutine, G2_ten_thousand_are_parked_at_once) {
  const int count = at_most(10'000, 500);
  int woken = 0;
  Channel<int> gate;
  Channel<int> out;
  drive([&]() -> Task {
    for (int i = 0; i < count; ++i) {
      go([&]() -> Task {
        AWAIT gate.recv();
        AWAIT out.send(1);
      });
    }
    for (UntilParked now(0, count); !now.reached();) AWAIT yield();
    gate.close();
    for (int i = 0; i < count; ++i) {
      const auto one = AWAIT out.recv();
      woken += one.value_or(0);
    }
  });
  EXPECT_EQ(woken, count);
}

TEST(Goroutine, G2_captures_may_be_move_only) {
  int seen = 0;
  WaitGroup over(1);
  drive([&]() -> Task {
    auto owned = std::make_unique<int>(42);
    go([&, mine = std::move(owned)]() -> Task {
      AWAIT yield();
      seen = *mine;
      over.done();
    });
    AWAIT over.wait();
  });
  EXPECT_EQ(seen, 42);
}

TEST(Goroutine, G2_closure_may_be_mutable) {
  int seen = 0;
  drive([&, counter = 1]() mutable -> Task {
    ++counter;
    AWAIT yield();
    seen = ++counter;
  });
  EXPECT_EQ(seen, 3);
}

TEST(Goroutine, G3_exception_is_caught_in_the_goroutine_that_threw_it) {
  constexpr int kGoroutines = 50;
  std::atomic<int> caught{0};
  drive([&]() -> Task {
    for (int i = 0; i < kGoroutines; ++i) {
      go([&caught, i]() -> Task {
        for (int turn = 0; turn < 10; ++turn) {
          int got = -1;
          try {
            AWAIT yield();
            throw i;
          } catch (int number) {
            got = number;
          }
          AWAIT yield();
          if (got == i) caught.fetch_add(1, std::memory_order_relaxed);
        }
      });
    }
    AWAIT yield();
  });
  EXPECT_EQ(caught.load(std::memory_order_relaxed), kGoroutines * 10);
}

TEST(Goroutine, G3_exception_unwinds_what_was_made_before_a_park) {
  bool caught = false;
  Channel<int> hand;
  drive([&]() -> Task {
    go([&]() -> Task { AWAIT hand.send(1); });
    try {
      const Counted before(1);
      AWAIT hand.recv();
      EXPECT_EQ(before.number(), 1);
      throw std::runtime_error("after the park");
    } catch (const std::runtime_error&) {
      caught = true;
    }
  });
  EXPECT_TRUE(caught);
  EXPECT_EQ(Counted::alive(), 0);
}

TEST(Goroutine, R6_yield_lets_another_goroutine_run) {
  bool ran = false;
  std::atomic<bool> flag{false};
  drive_with(1, [&]() -> Task {
    go([&]() -> Task {
      AWAIT yield();
      // release and acquire: `ran` is plain.
      ran = true;
      flag.store(true, std::memory_order_release);
    });
    while (!flag.load(std::memory_order_acquire)) AWAIT yield();
    EXPECT_TRUE(ran);
  });
}

TEST(Goroutine, R6_a_ping_pong_pair_does_not_starve_a_third) {
  Channel<bool> ping;
  Channel<bool> pong;
  std::atomic<bool> third_done{false};
  drive([&]() -> Task {
    go([&]() -> Task {
      for (bool more = true; more;) {
        more = !third_done.load(std::memory_order_relaxed);
        AWAIT ping.send(more);
        AWAIT pong.recv();
      }
    });
    go([&]() -> Task {
      for (bool more = true; more;) {
        const auto got = AWAIT ping.recv();
        more = got.value_or(false);
        AWAIT pong.send(more);
      }
    });
    go([&]() -> Task {
      for (int turn = 0; turn < 100; ++turn) AWAIT yield();
      third_done.store(true, std::memory_order_relaxed);
    });
    AWAIT yield();
  });
}

TEST(Goroutine, R6_every_worker_of_a_pool_of_100_gets_work) {
  constexpr int kPool = 100;
  std::vector<int> jobs_done(kPool, 0);
  Channel<int> jobs(127);
  std::atomic<int> served{0};
  drive([&]() -> Task {
    for (int i = 0; i < kPool; ++i) {
      go([&, i]() -> Task {
        int& mine = jobs_done[static_cast<std::size_t>(i)];
        for (;;) {
          const auto job = AWAIT jobs.recv();
          if (!job) break;
          if (++mine == 1) served.fetch_add(1, std::memory_order_relaxed);
          AWAIT yield();
        }
      });
    }
    for (int i = 0; served.load(std::memory_order_relaxed) < kPool; ++i) AWAIT jobs.send(i);
    jobs.close();
  });
  for (const int count : jobs_done) EXPECT_GE(count, 1);
}

TEST(Goroutine, G4_is_woken_by_a_thread_that_is_no_worker) {
  for (int round = 0; round < 20; ++round) {
    int value = 0;
    std::thread foreign;
    WaitGroup over(1);
    const ExternalWaker waker;  // Or all would seem to be asleep for ever.
    drive([&]() -> Task {
      foreign = std::thread([&] {
        while (!waits_in("wait group", 1)) std::this_thread::yield();
        value = round;
        over.done();
      });
      AWAIT over.wait();
      EXPECT_EQ(value, round);
    });
    foreign.join();
  }
}

}  // namespace gauntlet::contract
