// SPDX-License-Identifier: Apache-2.0
// Unit tests of registry, session and measurement, with workloads of their own on os_threads.
#include "harness/measurement.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

int passes = 0;

Task counts(Pass& pass) {
  ++passes;
  WaitGroup over(2);
  std::atomic<std::int64_t> sum{0};
  for (int i = 0; i < 2; ++i) {
    go([&]() -> Task {
      AWAIT yield();
      sum.fetch_add(pass.ops, std::memory_order_relaxed);
      over.done();
    });
  }
  AWAIT over.wait();
  pass.tally = {.count = 2, .sum = sum.load(std::memory_order_relaxed)};
  pass.shares = {pass.ops, pass.ops};
  pass.note = "as it was seen";
  pass.asked_ns = 7;
}

Task lies(Pass& pass) {
  AWAIT yield();
  pass.tally = {.count = 2, .sum = 2 * pass.ops + 1};
}

Task waits(Pass& pass) {
  AWAIT yield();
  pass.tally = {.count = 2, .sum = 2 * pass.ops};
  pass.waits_ns = {100, 200, 600};
}

Tally twice_the_ops(const Pass& pass) { return {.count = 2, .sum = 2 * pass.ops}; }

Workload workload(const char* name, Task (*body)(Pass&)) {
  return {.name = name,
          .unit = "thing",
          .needs = {"goroutine"},
          .cases = {{.params = {{"size", "3"}}}},
          .body = body,
          .expected = twice_the_ops};
}

const Registration second{workload("second", lies)};
const Registration first{workload("first", counts)};
const Registration third{workload("third", waits)};

Options with_ops(std::int64_t ops) {
  Options options;
  options.workers = 2;
  options.ops = ops;
  return options;
}

TEST(Registry, lists_workloads_by_name) {
  ASSERT_EQ(workloads().size(), 3U);
  EXPECT_EQ(workloads()[0].name, "first");
  EXPECT_EQ(workloads()[1].name, "second");
  EXPECT_EQ(workloads()[2].name, "third");
}

TEST(Measurement, checks_and_times_each_pass) {
  const Workload& chosen = workloads()[0];
  std::atomic<std::int64_t> alive{0};
  Measurement measurement({chosen, chosen.cases[0]}, with_ops(5), alive);
  const int before = passes;
  for (int i = 0; i < 10; ++i) EXPECT_GT(measurement.one_pass().elapsed_ns, 0);
  EXPECT_EQ(passes, before + 10);
  EXPECT_EQ(measurement.wrong(), "");
  EXPECT_EQ(measurement.shares(), (std::vector<std::int64_t>{5, 5}));
  EXPECT_EQ(measurement.note(), "as it was seen");
  EXPECT_EQ(measurement.tally(), (Tally{.count = 2, .sum = 10}));
  const PassTime time = measurement.one_pass();
  EXPECT_EQ(time.asked_ns, 7);
  EXPECT_DOUBLE_EQ(measurement.ns_per_op(), static_cast<double>(time.elapsed_ns - 7) / 5);
}

TEST(Measurement, the_figure_of_waits_is_their_mean) {
  const Workload& chosen = workloads()[2];
  std::atomic<std::int64_t> alive{0};
  Measurement measurement({chosen, chosen.cases[0]}, with_ops(5), alive);
  for (int i = 0; i < 2; ++i) measurement.one_pass();
  EXPECT_DOUBLE_EQ(measurement.ns_per_op(), 300);
}

TEST(Measurement, calls_a_wrong_tally_wrong_and_stops_warming_up) {
  const Workload& chosen = workloads()[1];
  std::atomic<std::int64_t> alive{0};
  Measurement measurement({chosen, chosen.cases[0]}, with_ops(5), alive);
  measurement.warm_up();
  EXPECT_EQ(measurement.wrong(), "tally is count 2, sum 11 instead of count 2, sum 10");
}

TEST(Measurement, keeps_the_ops_that_were_asked_for) {
  const Workload& chosen = workloads()[0];
  std::atomic<std::int64_t> alive{0};
  Measurement measurement({chosen, chosen.cases[0]}, with_ops(5), alive);
  measurement.warm_up();
  EXPECT_EQ(measurement.ops(), 5);
}

}  // namespace
}  // namespace gauntlet
