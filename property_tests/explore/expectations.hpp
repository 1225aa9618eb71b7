// SPDX-License-Identifier: Apache-2.0
// What a test expects of a scenario under explored schedules: that none fails it, or that its fault is found.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <source_location>
#include <string_view>

#include "property_tests/explore/explorer.hpp"

namespace gauntlet::explore {

constexpr std::string_view kLostWakeUp = "every thread sleeps: lost wake-up";
constexpr std::string_view kForAnyReason;

/// None of so many schedules fails it.
template <class Scenario>
void expect_sound(std::uint64_t schedules, std::source_location test = std::source_location::current()) {
  Explorer explorer;
  const auto failure = explorer.explore<Scenario>(schedules);
  if (failure)
    ADD_FAILURE_AT(test.file_name(), static_cast<int>(test.line())) << failure->why << ", seed " << failure->seed;
}

/// One of so many schedules fails it, in memory that is weakened so, and for that reason.
template <class Scenario>
void expect_caught(std::uint64_t schedules, std::string_view why, Weakening weakening = Weakening::kNone,
                   std::source_location test = std::source_location::current()) {
  Explorer explorer;
  const auto failure = explorer.explore<Scenario>(schedules, weakening);
  if (!failure) {
    ADD_FAILURE_AT(test.file_name(), static_cast<int>(test.line())) << "not caught in " << schedules << " schedules";
    return;
  }
  ::testing::Test::RecordProperty("schedules", static_cast<int>(failure->schedules));
  if (why != kForAnyReason && failure->why != why)
    ADD_FAILURE_AT(test.file_name(), static_cast<int>(test.line())) << "caught, but: " << failure->why;
}

}  // namespace gauntlet::explore
