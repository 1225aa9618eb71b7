// SPDX-License-Identifier: Apache-2.0
// Unit tests of the bytes per goroutine.
#include "harness/memory_slope.hpp"

#include <gtest/gtest.h>

namespace gauntlet {
namespace {

TEST(MemorySlope, of_a_line_is_exact_whatever_the_start) {
  MemorySlope slope;
  for (int i = 1; i <= 10; ++i) slope.add(i * 1000, 50'000'000 + i * 1000 * 4224);
  EXPECT_NEAR(slope.bytes_per_goroutine().value(), 4224, 1e-6);
}

TEST(MemorySlope, needs_two_different_points) {
  MemorySlope slope;
  EXPECT_FALSE(slope.bytes_per_goroutine());
  slope.add(10, 100);
  EXPECT_FALSE(slope.bytes_per_goroutine());
  slope.add(10, 200);
  EXPECT_FALSE(slope.bytes_per_goroutine());
  slope.add(20, 300);
  EXPECT_TRUE(slope.bytes_per_goroutine());
}

TEST(MemorySlope, samples_the_resident_set) {
  MemorySlope slope;
  slope.sample(0);
  slope.sample(1);
  EXPECT_TRUE(slope.bytes_per_goroutine());
}

}  // namespace
}  // namespace gauntlet
