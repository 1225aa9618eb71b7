// SPDX-License-Identifier: Apache-2.0
// What the tests of contexts share: keys, and whether one has ended.
#pragma once

#include <optional>

#include "harness/under_test.hpp"

namespace gauntlet::contract {

inline constexpr ContextKey<int> kNumberKey;

inline bool is_done(const Context& context) {
  std::optional<Nothing> none;
  return context.done().try_recv(none) == TryRecv::kClosed;
}

}  // namespace gauntlet::contract
