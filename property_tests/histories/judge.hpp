// SPDX-License-Identifier: Apache-2.0
// The judge: does one order of single steps explain what the goroutines of a history were told?
//
//   const Verdict verdict = judge(history);
//   if (verdict.kind != Verdict::kLinearizable) std::cout << verdict.reason;
//
// First the laws (laws.hpp: loss, doubling, order... in O(n log n)), then, window by window
// (windows.hpp), the search (search.hpp) for an order that the sequential channel (model.hpp)
// allows. A search that runs out of its limits says kUnknown: that is no pass.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "property_tests/histories/history.hpp"

namespace gauntlet::histories {

struct Limits {
  std::int64_t configurations = 2'000'000;  ///< Looked at per window.
  std::size_t bytes = std::size_t{512} << 20U;
  std::chrono::milliseconds time{10'000};
};

struct Verdict {
  enum Kind : std::uint8_t { kLinearizable, kBroken, kUnknown };
  Kind kind = kLinearizable;
  std::string reason = {};  ///< What is broken, or which limit was reached; empty if neither.
  std::vector<int> explained =
      {};          ///< The longest order found; indices of operations. All, if linearizable.
  int stuck = -1;  ///< The operation whose answer that order cannot reach.
  std::string state = {};           ///< What the channels hold there, in words.
  std::int64_t configurations = 0;  ///< Looked at, over all windows.
  std::size_t widest = 0;           ///< Operations in the largest window.
};

/// All of it. Throws std::invalid_argument when `history` is no history (an answer that its call
/// cannot give).
Verdict judge(const History& history, const Limits& limits = {});

/// Only the laws: for histories too long to search.
Verdict judge_by_laws(const History& history);

}  // namespace gauntlet::histories
