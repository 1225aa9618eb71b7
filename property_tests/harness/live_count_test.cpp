// SPDX-License-Identifier: Apache-2.0
// Unit tests of the count of goroutines that have not ended.
#include "harness/portable/live_count.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace gauntlet {
namespace {

TEST(LiveCount, only_the_last_to_leave_says_so) {
  LiveCount count;
  count.add();
  count.add();
  EXPECT_EQ(count.now(), 2);
  EXPECT_FALSE(count.remove());
  EXPECT_TRUE(count.remove());
  count.wait_for_none();
}

TEST(LiveCount, wait_for_none_sees_what_all_of_them_wrote) {
  for (int round = 0; round < 200; ++round) {
    LiveCount count;
    std::vector<int> written(3, 0);
    std::vector<std::thread> threads;
    for (int& slot : written) {
      count.add();
      threads.emplace_back([&count, &slot] {
        slot = 1;
        count.remove();
      });
    }
    count.wait_for_none();
    EXPECT_EQ(written, (std::vector<int>{1, 1, 1}));
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace gauntlet
