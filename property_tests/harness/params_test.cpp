// SPDX-License-Identifier: Apache-2.0
// Unit tests of case parameters.
#include "harness/params.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace gauntlet {
namespace {

TEST(Params, are_joined_sorted_by_name) {
  const Params params{{"work_ns", "0"}, {"pool", "3"}};
  EXPECT_EQ(params.joined(), "pool=3,work_ns=0");
  EXPECT_EQ(params.joined(':', '/'), "pool:3/work_ns:0");
  EXPECT_EQ(Params().joined(), "");
}

TEST(Params, parse_is_the_inverse_of_joined) {
  for (const char* text : {"", "a=1", "mode=spawn", "pool=3,work_ns=0", "empty="})
    EXPECT_EQ(Params::parse(text).joined(), text);
}

TEST(Params, parse_names_the_culprit) {
  for (const char* text : {"capacity", "=1", "a=1,b"}) {
    try {
      Params::parse(text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find("is not name=value"), std::string::npos);
    }
  }
}

TEST(Params, tell_numbers_and_refuse_unknown_names) {
  const Params params{{"pool", "100"}};
  EXPECT_EQ(params.number("pool"), 100);
  EXPECT_THROW(params.number("size"), std::out_of_range);
}

}  // namespace
}  // namespace gauntlet
