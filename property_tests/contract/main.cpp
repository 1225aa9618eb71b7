// SPDX-License-Identifier: Apache-2.0
// The contract executable of one lane: the same tests, by the same names, for every lane.
// Environment: GAUNTLET_WORKERS, GAUNTLET_TEST_TIMEOUT, GAUNTLET_STRICT, RC_PARAMS="seed=N max_success=M".
#include <gtest/gtest.h>

#include <cstdio>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/told_defects.hpp"
#include "property_tests/contract/watchdog.hpp"

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  listeners.Append(new gauntlet::contract::Watchdog);
  listeners.Append(new gauntlet::contract::ToldDefects);
  if (!::testing::GTEST_FLAG(list_tests)) {
    std::printf("lane %s, %u workers, %s channel\n", gauntlet::UnderTest::info.name.data(),
                gauntlet::contract::workers(),
                gauntlet::contract::kNativeChannel ? "native" : "portable");
  }
  return RUN_ALL_TESTS();
}
