// SPDX-License-Identifier: Apache-2.0
// The laws: what no history of channels may show, each seen in O(n log n). A history that keeps
// them need not be linearizable; one that breaks one is not.
#pragma once

#include <string>
#include <vector>

#include "property_tests/histories/history.hpp"

namespace gauntlet::histories {

struct Breach {
  std::string law;              ///< In words, with the values; empty: all are kept.
  std::vector<int> operations;  ///< Who broke it.
};

/// The first breach, channel by channel.
Breach breach_of(const History& history);

}  // namespace gauntlet::histories
