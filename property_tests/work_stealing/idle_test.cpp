// SPDX-License-Identifier: Apache-2.0
// Idle workers on real threads: who comes back by itself. What may be lost is explored (property_tests/explore/idle_test.cpp).
#include "impls/work_stealing/idle.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace gauntlet::impls::work_stealing {
namespace {

using std::chrono::nanoseconds;

/// Finds something only when its alarm has come.
struct Sleeper {
  nanoseconds alarm;
  int alarms = 0;

  const int* search(SearchReason reason) {
    if (reason != SearchReason::kAlarm) return nullptr;
    return &++alarms;
  }
  static bool left_work() { return false; }
  static bool all_ended() { return false; }
  static void go_away() {}
  static void come_back() {}
  nanoseconds until_alarm() const { return alarm; }
};

TEST(IdleWorkers, one_comes_back_for_a_timer) {
  IdleWorkers<RealAtomics> idle;
  idle.begin_run(1, 1);
  Sleeper worker{std::chrono::milliseconds(2)};
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(idle.await_work(worker), &worker.alarms);
  EXPECT_EQ(worker.alarms, 1);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, worker.alarm);
  EXPECT_FALSE(idle.work_published()) << "a sleeper is counted that does not exist";
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
