// SPDX-License-Identifier: Apache-2.0
// What a timer or ticker has to receive now, if anything.
#pragma once

#include <optional>

#include "harness/under_test.hpp"

namespace gauntlet::contract {

template <class T>
std::optional<Instant> value_in(T& timer) {
  std::optional<Instant> value;
  timer.try_recv(value);
  return value;
}

}  // namespace gauntlet::contract
