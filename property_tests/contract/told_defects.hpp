// SPDX-License-Identifier: Apache-2.0
// What a lane is known to break. Its adapter says so:
//   static constexpr std::array<std::string_view, 1> broken_rules{"Channel.C12_...: reason"};
//
// Such a test is skipped with "broken: reason", which the prove step and the report read as a told defect
// of the lane. With GAUNTLET_STRICT=1 it runs like any other and fails as it does.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "harness/under_test.hpp"

namespace gauntlet::contract {

class ToldDefects final : public ::testing::EmptyTestEventListener {
 public:
  // GoogleTest does not run the body of a test that is skipped by a listener at its start.
  void OnTestStart(const ::testing::TestInfo& test) override {
    const std::string reason =
        reason_of<UnderTest>(std::string(test.test_suite_name()) + "." + test.name());
    if (!reason.empty() && !strict()) GTEST_SKIP() << "broken: " << reason;
  }

 private:
  static bool strict() {
    const char* asked = std::getenv("GAUNTLET_STRICT");
    return asked != nullptr && std::string_view(asked) == "1";
  }

  /// Empty: the lane claims to keep the rule.
  template <class R>
  static std::string reason_of([[maybe_unused]] const std::string& name) {
    if constexpr (requires { R::broken_rules; }) {
      for (const std::string_view entry : R::broken_rules) {
        const auto colon = entry.find(':');
        if (entry.substr(0, colon) != name) continue;
        const auto text = colon == std::string_view::npos ? colon : entry.find_first_not_of(": ", colon);
        return text == std::string_view::npos ? "told by the adapter"
                                              : std::string(entry.substr(text));
      }
    }
    return {};
  }
};

}  // namespace gauntlet::contract
