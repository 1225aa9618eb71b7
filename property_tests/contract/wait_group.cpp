// SPDX-License-Identifier: Apache-2.0
// Contract of wait groups, W1 to W4: harness/contract/channel.md.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <vector>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(WaitGroup, W1_wait_returns_after_the_last_done) {
  constexpr int kGoroutines = 50;
  for (int round = 0; round < 20; ++round) {
    std::vector<int> done(kGoroutines, 0);  // Plain: done() comes before the return of wait() (H8).
    int finished = 0;
    WaitGroup all(kGoroutines);
    drive([&]() -> Task {
      for (int i = 0; i < kGoroutines; ++i) {
        go([&, i]() -> Task {
          for (int turn = 0; turn < i % 5; ++turn) AWAIT yield();
          done[static_cast<std::size_t>(i)] = 1;
          all.done();
        });
      }
      AWAIT all.wait();
      for (const int one : done) finished += one;
    });
    ASSERT_EQ(finished, kGoroutines);
  }
}

TEST(WaitGroup, W1_wait_does_not_return_while_one_is_missing) {
  std::atomic<bool> last{false};
  bool early = false;
  WaitGroup all;
  drive([&]() -> Task {
    all.add(2);
    go([&]() -> Task {
      AWAIT yield();
      all.done();
    });
    go([&]() -> Task {
      while (!waits_in("wait group (counter 1)", 1)) AWAIT yield();
      for (int turn = 0; turn < 50; ++turn) AWAIT yield();
      last.store(true, std::memory_order_relaxed);
      all.done();
    });
    AWAIT all.wait();
    early = !last.load(std::memory_order_relaxed);
  });
  EXPECT_FALSE(early);
}

TEST(WaitGroup, W1_wait_at_zero_returns_at_once) {
  int returns = 0;
  WaitGroup none;
  drive([&]() -> Task {
    AWAIT none.wait();
    ++returns;
    none.add(1);
    none.done();
    AWAIT none.wait();
    ++returns;
  });
  EXPECT_EQ(returns, 2);
}

TEST(WaitGroup, W1_every_waiter_is_woken) {
  constexpr int kWaiters = 20;
  std::atomic<int> woken{0};
  WaitGroup one(1);
  drive([&]() -> Task {
    for (int i = 0; i < kWaiters; ++i) {
      go([&]() -> Task {
        AWAIT one.wait();
        woken.fetch_add(1, std::memory_order_relaxed);
      });
    }
    while (!waits_in("wait group", kWaiters)) AWAIT yield();
    EXPECT_EQ(woken.load(std::memory_order_relaxed), 0);
    one.done();
  });
  EXPECT_EQ(woken.load(std::memory_order_relaxed), kWaiters);
}

TEST(WaitGroup, W1_group_may_die_as_soon_as_wait_returns) {
  for (int round = 0; round < 30; ++round) {
    drive([&]() -> Task {
      for (int i = 0; i < 20; ++i) {
        auto group = std::make_unique<WaitGroup>(2);
        WaitGroup* const borrowed = group.get();
        go([borrowed, i]() -> Task {
          if (i % 2 == 0) AWAIT yield();
          borrowed->done();
        });
        go([borrowed, i]() -> Task {
          if (i % 3 == 0) AWAIT yield();
          borrowed->done();
        });
        AWAIT group->wait();
        group.reset();
      }
    });
  }
}

TEST(WaitGroup, W2_negative_counter_panics) {
  drive([&]() -> Task {
    {
      WaitGroup group;
      EXPECT_TRUE(panics([&] { group.done(); }));
    }
    {
      WaitGroup group(2);
      EXPECT_TRUE(panics([&] { group.add(-3); }));
    }
    EXPECT_TRUE(panics([] { const WaitGroup group(-1); }));
    AWAIT yield();
  });
}

TEST(WaitGroup, W3_group_is_used_again_after_wait) {
  int finished = 0;
  std::atomic<int> done{0};
  WaitGroup group;
  drive([&]() -> Task {
    for (int round = 0; round < 100; ++round) {
      group.add(3);
      for (int i = 0; i < 3; ++i) {
        go([&]() -> Task {
          if (done.fetch_add(1, std::memory_order_relaxed) % 2 == 0) AWAIT yield();
          group.done();
        });
      }
      AWAIT group.wait();
      if (done.load(std::memory_order_relaxed) == 3 * (round + 1)) ++finished;
    }
  });
  EXPECT_EQ(finished, 100);
}

TEST(WaitGroup, W4_add_by_a_counted_goroutine_prolongs_the_wait) {
  std::atomic<int> done{0};
  WaitGroup group(1);
  int seen = 0;
  drive([&]() -> Task {
    go([&]() -> Task {
      while (!waits_in("wait group", 1)) AWAIT yield();
      for (int i = 0; i < 10; ++i) {
        group.add(1);
        go([&]() -> Task {
          AWAIT yield();
          done.fetch_add(1, std::memory_order_relaxed);
          group.done();
        });
      }
      group.done();
    });
    AWAIT group.wait();
    seen = done.load(std::memory_order_relaxed);
  });
  EXPECT_EQ(seen, 10);
}

}  // namespace gauntlet::contract
