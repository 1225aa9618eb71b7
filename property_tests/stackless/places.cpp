// SPDX-License-Identifier: Apache-2.0
// Channel, wait group, mutex and range where this colour has code of its own; the contract tests of
// the lane say the rest.
#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <vector>

#include "property_tests/stackless/lane.hpp"

namespace gauntlet::stackless {

TEST(Places, a_send_that_parked_knows_whether_it_was_taken) {
  int sum = 0;
  drive([&]() -> Task {
    Channel<std::unique_ptr<int>> numbers;
    WaitGroup senders(8);
    for (int i = 0; i < 8; ++i) {
      go([&, i]() -> Task {
        AWAIT numbers.send(std::make_unique<int>(i));
        senders.done();
      });
    }
    for (int i = 0; i < 8; ++i) sum += **AWAIT numbers.recv();
    AWAIT senders.wait();
  });
  EXPECT_EQ(sum, 28);
}

TEST(Places, close_wakes_a_parked_receiver_with_nothing) {
  int empty = 0;
  drive([&]() -> Task {
    Channel<int> numbers;
    WaitGroup receivers(5);
    Mutex mutex;
    for (int i = 0; i < 5; ++i) {
      go([&]() -> Task {
        const auto value = AWAIT numbers.recv();
        AWAIT mutex.lock();
        if (!value) ++empty;
        mutex.unlock();
        receivers.done();
      });
    }
    for (int turn = 0; turn < 10; ++turn) AWAIT yield();
    numbers.close();
    AWAIT receivers.wait();
  });
  EXPECT_EQ(empty, 5);
}

TEST(Places, range_takes_a_plain_callable_and_one_that_returns_a_task) {
  int plain = 0;
  int awaited = 0;
  drive([&]() -> Task {
    for (const bool parks : {false, true}) {
      Channel<int> numbers(3);
      go([&numbers]() -> Task {
        for (int i = 1; i <= 10; ++i) AWAIT numbers.send(i);
        numbers.close();
      });
      if (parks) {
        AWAIT range(numbers, [&](int value) -> Task {
          AWAIT yield();
          awaited += value;
        });
      } else {
        AWAIT range(numbers, [&](int value) { plain += value; });
      }
    }
  });
  EXPECT_EQ(plain, 55);
  EXPECT_EQ(awaited, 55);
}

TEST(Places, range_works_on_a_receive_only_view_and_with_move_only_values) {
  int sum = 0;
  drive([&]() -> Task {
    Channel<std::unique_ptr<int>> numbers(2);
    const SendChannel<std::unique_ptr<int>> in(numbers);
    ReceiveChannel<std::unique_ptr<int>> out(numbers);
    go([in]() -> Task {
      for (int i = 1; i <= 10; ++i) AWAIT in.send(std::make_unique<int>(i));
      in.close();
    });
    AWAIT range(out, [&](std::unique_ptr<int> value) { sum += *value; });
  });
  EXPECT_EQ(sum, 55);
}

TEST(Places, a_contended_mutex_lets_one_in_at_a_time_and_everyone_in_the_end) {
  constexpr int kGoroutines = 16;
  constexpr int kRounds = 2000 / kSlowdown;
  int inside = 0;
  int most_inside = 0;
  std::vector<int> turns(kGoroutines, 0);
  drive([&]() -> Task {
    Mutex mutex;
    WaitGroup all(kGoroutines);
    for (int& mine : turns) {
      go([&]() -> Task {
        for (int i = 0; i < kRounds; ++i) {
          AWAIT mutex.lock();
          most_inside = std::max(most_inside, ++inside);
          if (i % 3 == 0) AWAIT yield();
          --inside;
          ++mine;
          mutex.unlock();
        }
        all.done();
      });
    }
    AWAIT all.wait();
  });
  EXPECT_EQ(most_inside, 1);
  EXPECT_EQ(std::accumulate(turns.begin(), turns.end(), 0), kGoroutines * kRounds);
}

TEST(Places, a_wait_group_may_be_reused_and_die_right_after_wait) {
  int sum = 0;
  drive([&]() -> Task {
    for (int round = 0; round < 200; ++round) {
      auto all = std::make_unique<WaitGroup>(0);
      for (int twice = 0; twice < 2; ++twice) {
        all->add(3);
        for (int i = 0; i < 3; ++i) {
          go([group = all.get()]() -> Task {
            AWAIT yield();
            group->done();
          });
        }
        AWAIT all->wait();
      }
      ++sum;
    }
  });
  EXPECT_EQ(sum, 200);
}

TEST(Places, ping_pong_of_a_million_rounds_leaves_the_stack_alone) {
  constexpr int kRounds = 1'000'000 / kSlowdown;
  std::int64_t sum = 0;
  drive([&]() -> Task {
    Channel<int> ping;
    Channel<int> pong(1);
    go([&]() -> Task {
      for (int i = 0; i < kRounds; ++i) AWAIT pong.send(*AWAIT ping.recv() + 1);
    });
    for (int i = 0; i < kRounds; ++i) {
      AWAIT ping.send(i);
      sum += *AWAIT pong.recv();
    }
  });
  EXPECT_EQ(sum, std::int64_t{kRounds} * (kRounds + 1) / 2);
}

}  // namespace gauntlet::stackless
