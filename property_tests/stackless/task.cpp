// SPDX-License-Identifier: Apache-2.0
// Task: order, exceptions, and a stack that does not grow.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "property_tests/stackless/alive.hpp"
#include "property_tests/stackless/lane.hpp"

namespace gauntlet::stackless {
namespace {

Task write_down(std::vector<int>& order, int number) {
  order.push_back(number);
  AWAIT yield();
  order.push_back(number + 1);
}

Task count_up(std::int64_t& count) {
  ++count;
  if (count < 0) AWAIT yield();
}

Task descend(int depth, int& deepest) {
  if (depth == 0) {
    AWAIT yield();
  } else {
    ++deepest;
    AWAIT descend(depth - 1, deepest);
  }
}

Task fail(const char* why, bool after_park) {
  if (after_park) AWAIT yield();
  throw std::runtime_error(why);
}

Task fail_deep(int depth, Alive witness) {
  if (depth > 0)
    AWAIT fail_deep(depth - 1, Alive(witness.number() + 1));
  else
    AWAIT fail("deep", true);
}

/// The frame of a function that no compiler inlines.
[[gnu::noinline]] std::uintptr_t stack_address() {
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

Task lower(std::uintptr_t& lowest) {
  lowest = std::min(lowest, stack_address());
  if (lowest == 0) AWAIT yield();
}

}  // namespace

static_assert(!std::is_copy_constructible_v<Task>);
static_assert(std::is_nothrow_move_constructible_v<Task>);

TEST(Task, runs_when_awaited_and_not_before) {
  std::vector<int> order;
  drive_with(1, [&]() -> Task {
    Task later = write_down(order, 10);
    order.push_back(1);
    AWAIT std::move(later);
    order.push_back(2);
    AWAIT write_down(order, 20);
  });
  EXPECT_EQ(order, (std::vector<int>{1, 10, 11, 2, 20, 21}));
}

TEST(Task, that_is_never_awaited_never_runs_and_does_not_leak) {
  std::vector<int> order;
  drive([&]() -> Task {
    const auto witness_count = Alive::now();
    {
      const Task dropped = fail_deep(1, Alive(1));
      EXPECT_EQ(Alive::now(), witness_count + 1);
    }
    EXPECT_EQ(Alive::now(), witness_count);
    AWAIT yield();
  });
}

TEST(Task, passes_its_exception_to_the_awaiter) {
  for (const bool after_park : {false, true}) {
    std::string caught;
    drive([&]() -> Task {
      try {
        AWAIT fail("no luck", after_park);
      } catch (const std::runtime_error& error) {
        caught = error.what();
      }
      AWAIT yield();
    });
    EXPECT_EQ(caught, "no luck");
  }
}

TEST(Task, passes_an_exception_through_many_frames_and_destroys_each) {
  int caught = 0;
  drive([&]() -> Task {
    for (int round = 0; round < 100; ++round) {
      try {
        AWAIT fail_deep(20, Alive(0));
      } catch (const std::runtime_error&) {
        ++caught;
      }
    }
  });
  EXPECT_EQ(caught, 100);
  EXPECT_EQ(Alive::now(), 0);
}

TEST(Task, of_a_million_awaited_in_a_loop_leaves_the_stack_where_it_was) {
  std::uintptr_t first = 0;
  std::uintptr_t lowest = 0;
  std::int64_t count = 0;
  drive([&]() -> Task {
    first = stack_address();
    lowest = first;
    for (int i = 0; i < 1'000'000; ++i) AWAIT count_up(count);
    AWAIT lower(lowest);
  });
  EXPECT_EQ(count, 1'000'000);
  EXPECT_LT(first - lowest, 4096U);
}

TEST(Task, a_hundred_thousand_deep_needs_no_stack) {
  int deepest = 0;
  drive([&]() -> Task { AWAIT descend(100'000, deepest); });
  EXPECT_EQ(deepest, 100'000);
}

TEST(Task, that_was_awaited_on_one_worker_ends_on_any) {
  int done = 0;
  constexpr int kGoroutines = 200;
  WaitGroup all(kGoroutines);
  Mutex mutex;
  drive([&]() -> Task {
    for (int i = 0; i < kGoroutines; ++i) {
      go([&]() -> Task {
        int deepest = 0;
        for (int round = 0; round < 20; ++round) AWAIT descend(5, deepest);
        AWAIT mutex.lock();
        if (deepest == 100) ++done;
        mutex.unlock();
        all.done();
      });
    }
    AWAIT all.wait();
  });
  EXPECT_EQ(done, kGoroutines);
}

TEST(TaskDeathTest, an_exception_that_no_goroutine_catches_ends_the_program_with_its_words) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(drive_with(1,
                          []() -> Task {
                            go([]() -> Task {
                              AWAIT yield();
                              throw std::runtime_error("the words");
                            });
                            AWAIT yield();
                          }),
               "gauntlet: panic: uncaught exception in a goroutine: the words");
}

}  // namespace gauntlet::stackless
