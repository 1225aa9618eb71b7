// SPDX-License-Identifier: Apache-2.0
// Unit tests of the percentiles of waits.
#include "harness/latency.hpp"

#include <gtest/gtest.h>

namespace gauntlet {
namespace {

TEST(Latencies, percentiles_are_by_nearest_rank) {
  Latency latency;
  EXPECT_TRUE(latency.empty());
  for (std::int64_t wait = 1000; wait >= 1; --wait) latency.add({wait});
  EXPECT_DOUBLE_EQ(latency.mean_ns(), 500.5);
  EXPECT_EQ(latency.percentile_ns(50), 500);
  EXPECT_EQ(latency.percentile_ns(90), 900);
  EXPECT_EQ(latency.percentile_ns(99), 990);
  EXPECT_EQ(latency.percentile_ns(99.9), 999);
  EXPECT_EQ(latency.max_ns(), 1000);
}

TEST(Latencies, one_wait_is_every_percentile) {
  Latency latency;
  latency.add({7});
  EXPECT_EQ(latency.percentile_ns(50), 7);
  EXPECT_EQ(latency.percentile_ns(99.9), 7);
  EXPECT_EQ(latency.max_ns(), 7);
}

}  // namespace
}  // namespace gauntlet
