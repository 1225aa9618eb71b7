// SPDX-License-Identifier: Apache-2.0
// Contract of lanes whose goroutines have a stack: to park inside a catch handler and in a deep frame.
// A stackless lane cannot say this: the text has no AWAIT, and stands in templates that it does not instantiate.
#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <string>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {
namespace {

constexpr int kDeepGoroutines = 40;

template <class Lane>
bool yields_inside_a_catch(int number) {
  try {
    throw number;
  } catch (int) {
    for (int turn = 0; turn < 10; ++turn) Lane::yield();
    try {
      throw;  // The exception that this goroutine handles, not another's.
    } catch (int caught) {
      return caught == number;
    }
  }
}

template <class Lane>
bool throws_inside_a_catch(int number) {
  bool right = false;
  try {
    try {
      throw number;
    } catch (int) {
      Lane::yield();
      throw std::to_string(number);
    }
  } catch (const std::string& text) {
    Lane::yield();
    right = text == std::to_string(number);
  }
  Lane::yield();
  return right && std::current_exception() == nullptr;
}

template <class Lane>
int sum_of_depths(int depth) {
  const volatile int here = depth;  // A frame that the optimiser must keep.
  if (depth == 0) {
    Lane::yield();
    return 0;
  }
  const int below = sum_of_depths<Lane>(depth - 1);
  return below + here;
}

template <class R, class Body>
void expect_of_each(Body body) {
  if constexpr (R::info.stack == Stack::kNone) {
    GTEST_SKIP() << "n/a (stackless)";
  } else {
    using Lane = Colour<R>;
    std::atomic<int> right{0};
    RunConfig config;
    config.workers = workers();
    Lane::run(config, [&] {
      for (int i = 0; i < kDeepGoroutines; ++i) {
        Lane::go([&right, body, i] {
          if (body.template operator()<Lane>(i)) right.fetch_add(1, std::memory_order_relaxed);
        });
      }
    });
    EXPECT_EQ(right.load(std::memory_order_relaxed), kDeepGoroutines);
  }
}

}  // namespace

TEST(Goroutine, G3_yields_inside_a_catch_and_keeps_its_exception) {
  expect_of_each<UnderTest>([]<class Lane>(int number) { return yields_inside_a_catch<Lane>(number); });
}

TEST(Goroutine, G3_throws_again_inside_a_catch_after_a_yield) {
  expect_of_each<UnderTest>([]<class Lane>(int number) { return throws_inside_a_catch<Lane>(number); });
}

TEST(Goroutine, G5_parks_fifty_frames_deep) {
  expect_of_each<UnderTest>([]<class Lane>(int) { return sum_of_depths<Lane>(50) == 1275; });
}

}  // namespace gauntlet::contract
