// SPDX-License-Identifier: Apache-2.0
// What a lane is known to break. Its adapter says so:
//   static constexpr std::array<std::string_view, 1> broken_rules{"Channel.C12_...: reason"};
//
// Such a test is skipped with "broken: reason". GoogleTest's JSON does not carry the words of a skip, so
// they go into properties that the prove step and the report read: `broken` for a told defect, `unsupported`
// for what the lane cannot do. With GAUNTLET_STRICT=1 told defects run like any other test and fail as they do.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "harness/under_test.hpp"

namespace gauntlet::contract {

class ToldDefects final : public ::testing::EmptyTestEventListener {
 public:
  // A defect told of a test that is not there would hide nothing, and nobody would see it.
  void OnTestProgramStart(const ::testing::UnitTest& all) override {
    for_each_entry<UnderTest>([&](std::string_view entry) {
      const std::string name(entry.substr(0, entry.find(':')));
      if (has(all, name)) return;
      std::fprintf(stderr, "gauntlet: broken_rules of this lane name no test: %s\n", name.c_str());
      std::exit(2);
    });
  }

  // GoogleTest does not run the body of a test that is skipped by a listener at its start.
  void OnTestStart(const ::testing::TestInfo& test) override {
    const std::string reason =
        reason_of<UnderTest>(std::string(test.test_suite_name()) + "." + test.name());
    if (reason.empty() || strict()) return;
    ::testing::Test::RecordProperty("broken", reason);
    GTEST_SKIP() << "broken: " << reason;
  }

  void OnTestEnd(const ::testing::TestInfo& test) override {
    const ::testing::TestResult& result = *test.result();
    for (int part = 0; part < result.total_part_count(); ++part) {
      const std::string said = result.GetTestPartResult(part).message();
      if (result.GetTestPartResult(part).skipped() && said.rfind("broken: ", 0) != 0)
        ::testing::Test::RecordProperty("unsupported", said);
    }
  }

 private:
  static bool strict() {
    const char* asked = std::getenv("GAUNTLET_STRICT");
    return asked != nullptr && std::string_view(asked) == "1";
  }

  template <class R, class F>
  static void for_each_entry([[maybe_unused]] F f) {
    if constexpr (requires { R::broken_rules; }) {
      for (const std::string_view entry : R::broken_rules) f(entry);
    }
  }

  /// Empty: the lane claims to keep the rule.
  template <class R>
  static std::string reason_of(const std::string& name) {
    std::string reason;
    for_each_entry<R>([&](std::string_view entry) {
      const auto colon = entry.find(':');
      if (entry.substr(0, colon) != name) return;
      const auto text = colon == std::string_view::npos ? colon : entry.find_first_not_of(": ", colon);
      reason = text == std::string_view::npos ? "told by the adapter" : entry.substr(text);
    });
    return reason;
  }

  static bool has(const ::testing::UnitTest& all, const std::string& name) {
    for (int s = 0; s < all.total_test_suite_count(); ++s) {
      const ::testing::TestSuite& suite = *all.GetTestSuite(s);
      for (int t = 0; t < suite.total_test_count(); ++t)
        if (std::string(suite.name()) + "." + suite.GetTestInfo(t)->name() == name) return true;
    }
    return false;
  }
};

}  // namespace gauntlet::contract
