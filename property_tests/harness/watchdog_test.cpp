// SPDX-License-Identifier: Apache-2.0
// Unit tests of the watchdog of bench executables.
#include "harness/watchdog.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace gauntlet {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;

TEST(Watchdog, is_silent_when_the_work_ends_in_time) {
  bool asked = false;
  {
    const Watchdog watchdog(1min, [&] {
      asked = true;
      return std::string();
    });
  }
  EXPECT_FALSE(asked);
}

TEST(Watchdog, gives_each_piece_of_work_the_whole_limit) {
  bool asked = false;
  {
    Watchdog watchdog(1500ms, [&] {
      asked = true;
      return std::string();
    });
    for (int i = 0; i < 3; ++i) {
      std::this_thread::sleep_for(600ms);
      watchdog.work();
    }
    watchdog.rest();
    std::this_thread::sleep_for(2000ms);
  }
  EXPECT_FALSE(asked);
}

TEST(WatchdogDeathTest, sees_a_hang_after_a_rest) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  constexpr int kDidNotFinish = 3;
  EXPECT_EXIT(
      {
        Watchdog watchdog(600ms, [] { return std::string("mutex: 1 waits\n"); });
        watchdog.rest();
        std::this_thread::sleep_for(900ms);
        watchdog.work();
        for (;;) std::this_thread::sleep_for(1min);
      },
      ::testing::ExitedWithCode(kDidNotFinish), "gauntlet: DNF: hung: mutex: 1 waits");
}

TEST(WatchdogDeathTest, tells_who_waits_and_says_that_it_did_not_finish) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  constexpr int kDidNotFinish = 3;
  EXPECT_EXIT(
      {
        const Watchdog watchdog(700ms, [] { return std::string("channel: 1 waits to send\n"); });
        for (;;) std::this_thread::sleep_for(1min);
      },
      ::testing::ExitedWithCode(kDidNotFinish), "1 waits to send(.|\n)*gauntlet: DNF: hung");
}

}  // namespace
}  // namespace gauntlet
