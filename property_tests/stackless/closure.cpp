// SPDX-License-Identifier: Apache-2.0
// The callable of a goroutine lives as long as the goroutine, and not longer.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <utility>

#include "property_tests/stackless/alive.hpp"
#include "property_tests/stackless/lane.hpp"

namespace gauntlet::stackless {
namespace {

Task add(const Alive& value, std::atomic<int>& sum) {
  AWAIT yield();
  sum.fetch_add(value.number(), std::memory_order_relaxed);  // relaxed: read after run().
}

struct Functor {
  Alive value;
  std::atomic<int>& sum;
  Task operator()() { return add(value, sum); }
};

std::atomic<int> started{0};

Task plain_function() {
  started.fetch_add(1, std::memory_order_relaxed);  // relaxed: read after run().
  AWAIT yield();
}

}  // namespace

TEST(Closure, of_a_temporary_lambda_outlives_every_park) {
  std::atomic<int> sum{0};
  drive([&]() -> Task {
    for (int i = 0; i < 100; ++i) {
      go([value = Alive(i), &sum]() -> Task {
        for (int turn = 0; turn < 3; ++turn) AWAIT yield();
        if (value.is_itself()) sum.fetch_add(value.number(), std::memory_order_relaxed);
      });
    }
    AWAIT yield();
  });
  EXPECT_EQ(sum.load(std::memory_order_relaxed), 4950);
  EXPECT_EQ(Alive::now(), 0);
}

TEST(Closure, of_a_callable_that_is_no_coroutine_lives_as_long_as_the_task_it_returns) {
  std::atomic<int> sum{0};
  drive([&]() -> Task {
    for (int i = 0; i < 100; ++i) {
      go([value = Alive(i), &sum] { return add(value, sum); });
      go(Functor{Alive(i), sum});
    }
    AWAIT yield();
  });
  EXPECT_EQ(sum.load(std::memory_order_relaxed), 9900);
  EXPECT_EQ(Alive::now(), 0);
}

TEST(Closure, may_be_a_function_a_const_lambda_an_lvalue_or_mutable) {
  started.store(0, std::memory_order_relaxed);
  int changed = 0;
  drive([&]() -> Task {
    const auto constant = []() -> Task { return plain_function(); };
    auto counting = [&changed, own = 0]() mutable -> Task {
      AWAIT yield();
      changed += ++own;
    };
    go(plain_function);
    go(&plain_function);
    go(constant);
    go(counting);
    AWAIT yield();
  });
  EXPECT_EQ(started.load(std::memory_order_relaxed), 3);
  EXPECT_EQ(changed, 1);
}

TEST(Closure, that_returns_void_is_a_goroutine_that_never_parks) {
  std::atomic<int> sum{0};
  drive([&]() -> Task {
    WaitGroup all(100);
    for (int i = 0; i < 100; ++i) {
      go([value = Alive(i), &sum, &all] {
        // relaxed: read after run().
        if (value.is_itself()) sum.fetch_add(value.number(), std::memory_order_relaxed);
        all.done();
      });
    }
    AWAIT all.wait();
  });
  EXPECT_EQ(sum.load(std::memory_order_relaxed), 4950);
  EXPECT_EQ(Alive::now(), 0);
}

TEST(Closure, of_an_lvalue_is_copied) {
  int sum = 0;
  drive([&]() -> Task {
    {
      auto body = [&sum, number = std::make_shared<int>(7)]() -> Task {
        AWAIT yield();
        sum += *number;
      };
      go(body);
    }
    AWAIT yield();
  });
  EXPECT_EQ(sum, 7);
}

TEST(Closure, too_large_for_the_frame_pool_works_the_same) {
  int sum = 0;
  drive([&]() -> Task {
    std::array<int, 4096> numbers{};
    numbers.back() = 5;
    go([numbers, &sum]() -> Task {
      AWAIT yield();
      sum += numbers.back();
    });
    AWAIT yield();
  });
  EXPECT_EQ(sum, 5);
}

TEST(Closure, that_throws_before_it_is_a_goroutine_is_destroyed_and_starts_none) {
  int caught = 0;
  drive([&]() -> Task {
    try {
      go([value = Alive(1)]() -> Task {
        if (value.number() == 1) throw std::runtime_error("not today");
        return plain_function();
      });
    } catch (const std::runtime_error&) {
      ++caught;
    }
    AWAIT yield();
  });
  EXPECT_EQ(caught, 1);
  EXPECT_EQ(Alive::now(), 0);
}

TEST(Closure, is_gone_when_run_returns) {
  for (int round = 0; round < 100; ++round) {
    drive([root = Alive(0)]() -> Task {
      for (int i = 0; i < 4; ++i) {
        go([value = Alive(i)]() -> Task { AWAIT yield(); });
      }
      AWAIT yield();
    });
    ASSERT_EQ(Alive::now(), 0);
  }
}

}  // namespace gauntlet::stackless
