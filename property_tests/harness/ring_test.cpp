// SPDX-License-Identifier: Apache-2.0
// Unit tests of the channel's buffer.
#include "harness/portable/ring.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <memory>

#include "property_tests/contract/counted.hpp"

namespace gauntlet {
namespace {

using contract::Counted;

TEST(Ring, of_capacity_0_is_empty_and_full) {
  const Ring<int> ring(0);
  EXPECT_TRUE(ring.empty());
  EXPECT_TRUE(ring.full());
}

TEST(Ring, holds_what_its_capacity_says) {
  for (const std::size_t capacity : {1U, 2U, 3U, 7U, 100U}) {
    Ring<int> ring(capacity);
    for (std::size_t i = 0; i < capacity; ++i) {
      EXPECT_FALSE(ring.full());
      ring.push(static_cast<int>(i));
    }
    EXPECT_TRUE(ring.full());
    EXPECT_EQ(ring.size(), capacity);
  }
}

TEST(Ring, constructs_nothing_early_and_destroys_what_is_left) {
  {
    Ring<Counted> ring(8);
    EXPECT_EQ(Counted::alive(), 0);
    ring.push(Counted(1));
    ring.push(Counted(2));
    EXPECT_EQ(ring.pop().number(), 1);
    EXPECT_EQ(Counted::alive(), 1);
  }
  EXPECT_EQ(Counted::alive(), 0);
}

TEST(Ring, aligns_its_values) {
  struct alignas(128) Wide {
    int number;
  };
  Ring<Wide> ring(2);
  ring.push(Wide{7});
  EXPECT_EQ(ring.pop().number, 7);
}

RC_GTEST_PROP(Ring, answers_as_a_bounded_deque, ()) {
  const auto capacity = *rc::gen::inRange<std::size_t>(1, 9);
  const auto pushes = *rc::gen::arbitrary<std::vector<bool>>();
  Ring<std::unique_ptr<int>> ring(capacity);
  std::deque<int> model;
  int next = 0;
  for (const bool is_push : pushes) {
    if (is_push && !ring.full()) {
      ring.push(std::make_unique<int>(next));
      model.push_back(next++);
    } else if (!is_push && !ring.empty()) {
      RC_ASSERT(*ring.pop() == model.front());
      model.pop_front();
    }
    RC_ASSERT(ring.size() == model.size());
    RC_ASSERT(ring.full() == (model.size() == capacity));
  }
}

}  // namespace
}  // namespace gauntlet
