// SPDX-License-Identifier: Apache-2.0
// Tests that only a build with goroutine reports can pass. Those that end a program do it in a copy.
#pragma once

#include <gtest/gtest.h>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

class NeedsReports : public ::testing::Test {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    if constexpr (!kReports) GTEST_SKIP() << "n/a (" << kReportsAreOff << ")";
  }
};

}  // namespace gauntlet::contract
