// SPDX-License-Identifier: Apache-2.0
// Contract of lanes whose goroutines have a stack: to park inside a catch handler and in a deep frame.
// Stackless lanes cannot say this: the text has no AWAIT, and stands in templates that they do not instantiate.
#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <string>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {
namespace {

template <class Lane>
void yield_inside_a_catch(int goroutines, std::atomic<int>& right) {
  for (int i = 0; i < goroutines; ++i) {
    Lane::go([&right, i] {
      try {
        throw i;
      } catch (int) {
        for (int turn = 0; turn < 10; ++turn) Lane::yield();
        try {
          throw;  // The exception that this goroutine handles, not another's.
        } catch (int number) {
          if (number == i) right.fetch_add(1, std::memory_order_relaxed);
        }
      }
    });
  }
}

template <class Lane>
void throw_inside_a_catch_after_a_yield(int goroutines, std::atomic<int>& right) {
  for (int i = 0; i < goroutines; ++i) {
    Lane::go([&right, i] {
      int caught = 0;
      try {
        try {
          throw i;
        } catch (int) {
          Lane::yield();
          throw std::to_string(i);
        }
      } catch (const std::string& text) {
        Lane::yield();
        if (text == std::to_string(i)) ++caught;
      }
      Lane::yield();
      if (caught == 1 && std::current_exception() == nullptr)
        right.fetch_add(1, std::memory_order_relaxed);
    });
  }
}

template <class Lane>
int sum_of_depths(int depth) {
  volatile int here = depth;  // A frame that the optimiser must keep.
  if (depth == 0) {
    Lane::yield();
    return 0;
  }
  const int below = sum_of_depths<Lane>(depth - 1);
  return below + here;
}

}  // namespace

TEST(Goroutine, yields_inside_a_catch_and_keeps_its_exception) {
  if constexpr (!kHasStack) {
    GTEST_SKIP() << "n/a (stackless)";
  } else {
    constexpr int kGoroutines = 40;
    std::atomic<int> right{0};
    drive([&] { yield_inside_a_catch<Colour<UnderTest>>(kGoroutines, right); });
    EXPECT_EQ(right.load(std::memory_order_relaxed), kGoroutines);
  }
}

TEST(Goroutine, throws_again_inside_a_catch_after_a_yield) {
  if constexpr (!kHasStack) {
    GTEST_SKIP() << "n/a (stackless)";
  } else {
    constexpr int kGoroutines = 40;
    std::atomic<int> right{0};
    drive([&] { throw_inside_a_catch_after_a_yield<Colour<UnderTest>>(kGoroutines, right); });
    EXPECT_EQ(right.load(std::memory_order_relaxed), kGoroutines);
  }
}

TEST(Goroutine, parks_fifty_frames_deep) {
  if constexpr (!kHasStack) {
    GTEST_SKIP() << "n/a (stackless)";
  } else {
    constexpr int kGoroutines = 20;
    std::atomic<int> right{0};
    drive([&] {
      for (int i = 0; i < kGoroutines; ++i) {
        Colour<UnderTest>::go([&] {
          if (sum_of_depths<Colour<UnderTest>>(50) == 1275)
            right.fetch_add(1, std::memory_order_relaxed);
        });
      }
    });
    EXPECT_EQ(right.load(std::memory_order_relaxed), kGoroutines);
  }
}

}  // namespace gauntlet::contract
