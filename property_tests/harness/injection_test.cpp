// SPDX-License-Identifier: Apache-2.0
// Unit tests of the faults that the gate injects: each costs what it says, and no fault costs nothing.
#include "harness/injection/injected.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "harness/usage.hpp"

namespace gauntlet {
namespace {

struct Recorder {
  static constexpr RuntimeInfo info{.name = "recorder", .version = "1", .tuning = {}};
  using Handle = int;

  static inline int started = 0;
  static inline int resumed = 0;

  template <class Job>
  static void run(const RunConfig&, Job job) {
    job();
  }
  template <class Job>
  static void go(Job job) {
    ++started;
    job();
  }
  static void yield() {}
  template <class TryPark>
  static void suspend(TryPark try_park) {
    try_park(1);
  }
  static void resume(Handle handle) { resumed += handle; }
};
static_assert(Runtime<Injected<Recorder>>);

std::int64_t ns_of_wake_ups(Fault& fault) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 4096; ++i) fault.on_wake_up();
  return (std::chrono::steady_clock::now() - begin).count();
}

TEST(Injection, passes_every_verb_on) {
  int ran = 0;
  Injected<Recorder>::go([&ran] { ++ran; });
  Injected<Recorder>::resume(7);
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(Recorder::started, 1);
  EXPECT_EQ(Recorder::resumed, 7);
}

TEST(Injection, says_that_its_figures_are_not_the_lanes) {
  EXPECT_EQ(Injected<Recorder>::info.name, "recorder");
  EXPECT_NE(Injected<Recorder>::info.tuning.find("injected"), std::string::npos);
}

TEST(Injection, a_text_that_is_no_fault_is_refused) {
  EXPECT_THROW(Fault("luck=1"), std::invalid_argument);
  EXPECT_THROW(Fault("steps"), std::invalid_argument);
  EXPECT_THROW(Fault("steps=many"), std::invalid_argument);
}

TEST(Injection, steps_take_time) {
  Fault none("");
  Fault slow("steps=1000000");
  EXPECT_GT(ns_of_wake_ups(slow), 10 * ns_of_wake_ups(none));
}

TEST(Injection, bytes_stay_resident) {
  constexpr int kStarted = 1 << 20;
  Fault fault("bytes=16");
  const std::int64_t before = resident_bytes();
  for (int i = 0; i < kStarted; ++i) fault.on_start();
  const double each = static_cast<double>(resident_bytes() - before) / kStarted;
  EXPECT_NEAR(each, 16.0, 1.0);
}

}  // namespace
}  // namespace gauntlet
