// SPDX-License-Identifier: Apache-2.0
// What waits for ever ends no run, so it is seen from a process of its own: GoogleTest starts this test again,
// and the copy ends itself when the goroutine is parked for good, others still run, and it never came back.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

inline constexpr int kStaysParked = 41;
inline constexpr int kCameBack = 42;

/// `body` is a goroutine's. Ends the process.
template <class F>
void park_in_a_copy(F body) {
  drive([&]() -> Task {
    go([&body]() -> Task {
      AWAIT body();
      std::_Exit(kCameBack);
    });
    while (WaitPlace::describe_all().find("for ever (nil channel") == std::string::npos)
      AWAIT yield();
    for (int turn = 0; turn < 100; ++turn) AWAIT yield();
    std::_Exit(kStaysParked);
  });
}

template <class F>
void expect_to_wait_for_ever(F body) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(park_in_a_copy(body), ::testing::ExitedWithCode(kStaysParked), "");
}

}  // namespace gauntlet::contract
