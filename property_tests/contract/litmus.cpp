// SPDX-License-Identifier: Apache-2.0
// Contract: every case of the litmus table is seen as Go saw it. One test per case, named by rule and case.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "property_tests/contract/litmus_stage.hpp"
#include "property_tests/contract/litmus_table.hpp"

namespace gauntlet::contract {
namespace {

constexpr int kRepetitions = 10;

/// What the lane has not, of what the script asks; empty: it has all.
std::string why_unsupported(const LitmusCase& litmus, const LitmusOp& op) {
  if (!op.arms.empty() && !kSelects) return "native channel has no select";
  const auto channel = litmus.channels.find(op.place);
  if (channel == litmus.channels.end()) return "";
  if ((op.verb == "len" || op.verb == "cap") && !kTellsLength<Channel<int>>)
    return "the channel has no len and cap";
  if (op.verb.starts_with("try-") && channel->second && !tries_at(*channel->second))
    return "no try_send and try_recv at capacity " + std::to_string(*channel->second);
  return "";
}

std::string why_unsupported(const LitmusCase& litmus) {
  for (const auto& [name, capacity] : litmus.channels)
    if (capacity && !takes_capacity(*capacity)) return "no capacity " + std::to_string(*capacity);
  for (const auto& script : litmus.scripts)
    for (const auto& op : script)
      if (const auto why = why_unsupported(litmus, op); !why.empty()) return why;
  return "";
}

class Litmus : public ::testing::Test {
 public:
  explicit Litmus(LitmusCase litmus) : litmus_(std::move(litmus)) {}

  void TestBody() override {
    const std::string why = why_unsupported(litmus_);
    if (!why.empty()) GTEST_SKIP() << "n/a (" << why << ")";
    for (int i = 0; i < kRepetitions; ++i) ASSERT_EQ(LitmusStage(litmus_).play(), litmus_.expected);
  }

 private:
  LitmusCase litmus_;
};

[[maybe_unused]] const bool registered = [] {
  for (LitmusCase& litmus : litmus_table()) {
    const std::string title = litmus.title;
    ::testing::RegisterTest("Litmus", title.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                            [litmus = std::move(litmus)]() -> Litmus* { return new Litmus(litmus); });
  }
  return true;
}();

}  // namespace
}  // namespace gauntlet::contract
