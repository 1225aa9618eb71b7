// SPDX-License-Identifier: Apache-2.0
// Unit tests of the bench command line: what it takes, and what it says of what it does not take.
#include "harness/options.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gauntlet {
namespace {

Options parse(std::vector<std::string> words) {
  words.insert(words.begin(), "bench");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return parse_options(static_cast<int>(words.size()), argv.data());
}

TEST(Options, take_every_flag_of_a_measurement) {
  const Options options =
      parse({"--workload", "ping_pong", "--params", "capacity=1", "--workers", "4", "--seed", "7", "--round",
             "2", "--order", "3", "--min-time", "0.5", "--ops", "100", "--passes", "2", "--timeout", "1.5", "--out", "x.json"});
  EXPECT_EQ(options.workload, "ping_pong");
  EXPECT_EQ(options.params, (Params{{"capacity", "1"}}));
  EXPECT_EQ(options.workers, 4U);
  EXPECT_EQ(options.seed, 7U);
  EXPECT_EQ(options.round, 2U);
  EXPECT_EQ(options.order, 3U);
  EXPECT_EQ(options.min_time_seconds, 0.5);
  EXPECT_EQ(options.ops, 100);
  EXPECT_EQ(options.passes, 2);
  EXPECT_EQ(options.timeout.count(), 1500);
  EXPECT_EQ(options.out, "x.json");
  EXPECT_TRUE(options.supervised);
}

TEST(Options, take_passes_on_request) {
  const Options options = parse({"--workload", "p", "--out", "x", "--on-request", "--pass-time", "0.005"});
  EXPECT_TRUE(options.on_request);
  EXPECT_EQ(options.pass_seconds, 0.005);
}

TEST(Options, list_needs_nothing_else) { EXPECT_TRUE(parse({"--list"}).list); }

TEST(Options, bad_input_is_told_in_one_line) {
  const std::vector<std::vector<std::string>> bad{
      {},
      {"--workload", "ping_pong"},
      {"--out", "x.json"},
      {"--nonsense"},
      {"--workload", "p", "--out", "x", "--workers", "0"},
      {"--workload", "p", "--out", "x", "--workers", "many"},
      {"--workload", "p", "--out", "x", "--ops", "-1"},
      {"--workload", "p", "--out", "x", "--passes", "2"},
      {"--workload", "p", "--out", "x", "--passes", "2", "--ops", "1", "--on-request"},
      {"--workload", "p", "--out", "x", "--pass-time", "0"},
      {"--workload", "p", "--out", "x", "--timeout", "0"},
      {"--workload", "p", "--out", "x", "--params", "capacity"}};
  for (const auto& words : bad) {
    try {
      parse(words);
      ADD_FAILURE() << "accepted";
    } catch (const BadInput& error) {
      const std::string told = error.what();
      EXPECT_FALSE(told.empty());
      EXPECT_EQ(told.find('\n'), std::string::npos) << told;
    }
  }
}

TEST(Options, bad_input_names_the_culprit) {
  try {
    parse({"--workload", "p", "--out", "x", "--params", "capacity"});
    ADD_FAILURE() << "accepted";
  } catch (const BadInput& error) {
    EXPECT_NE(std::string(error.what()).find("'capacity'"), std::string::npos);
  }
}

}  // namespace
}  // namespace gauntlet
