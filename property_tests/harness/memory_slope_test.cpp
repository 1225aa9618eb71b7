// SPDX-License-Identifier: Apache-2.0
// Unit tests of the bytes per goroutine.
#include "harness/memory_slope.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

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

TEST(MemorySlope, is_sampled_at_powers_of_ten_and_then_at_tenths) {
  EXPECT_EQ(MemorySlope::steps(20'000),
            (std::vector<std::int64_t>{100, 1000, 2000, 4000, 6000, 8000, 10'000, 12'000, 14'000,
                                       16'000, 18'000, 20'000}));
  EXPECT_EQ(MemorySlope::steps(10),
            (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST(MemorySlope, counts_one_map_more_for_one_mapping_more) {
  MemorySlope slope;
  EXPECT_FALSE(slope.maps());
  slope.count_maps();
  const std::int64_t before = slope.maps().value();
  void* page = mmap(nullptr, 4096, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);  // Shared: no neighbour takes it in.
  slope.count_maps();
  EXPECT_EQ(slope.maps().value(), before + 1);
  munmap(page, 4096);
}

TEST(MemorySlope, samples_the_resident_set) {
  MemorySlope slope;
  slope.sample(0);
  slope.sample(1);
  EXPECT_TRUE(slope.bytes_per_goroutine());
}

}  // namespace
}  // namespace gauntlet
