// SPDX-License-Identifier: Apache-2.0
// Unit tests of passes on request: the lines that go to and fro.
#include "harness/requests.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace gauntlet {
namespace {

TEST(Requests, are_as_many_as_there_are_lines) {
  std::istringstream in("\n\n\n");
  std::ostringstream out;
  Requests requests(in, out);
  int passes = 0;
  while (requests.next()) ++passes;
  EXPECT_EQ(passes, 3);
  EXPECT_FALSE(requests.next());
}

TEST(Requests, are_answered_by_a_line_each_without_loss) {
  std::istringstream in;
  std::ostringstream out;
  Requests requests(in, out);
  requests.ready();
  requests.answer(1.0 / 3);
  requests.answer(40);
  std::istringstream told(out.str());
  std::string ready;
  double third = 0;
  double forty = 0;
  told >> ready >> third >> forty;
  EXPECT_EQ(ready, "ready");
  EXPECT_EQ(third, 1.0 / 3);
  EXPECT_EQ(forty, 40);
  EXPECT_EQ(std::count(out.view().begin(), out.view().end(), '\n'), 3);
}

}  // namespace
}  // namespace gauntlet
