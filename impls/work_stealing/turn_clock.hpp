// SPDX-License-Identifier: Apache-2.0
// How long goroutines' turns are: who waits behind some of them waits so much longer. Read now and then: an idle time in
// between counts as theirs, and does no harm.
#pragma once

#include <cstdint>

#include "harness/portable/ticks.hpp"

namespace gauntlet::impls::work_stealing {

class TurnClock {
 public:
  /// So many goroutines have had a turn since the last call. Says what time it is.
  std::uint64_t took(std::uint64_t turns) {
    const std::uint64_t now = ticks();
    average_ = (now - last_) / turns;
    last_ = now;
    return now;
  }

  /// On average each took more than some microseconds.
  bool were_long() const { return average_ > kLongTurn; }

  /// So many who wait will take longer than another worker needs to come.
  bool are_worth_a_wake_up(std::uint64_t waiting) const { return waiting * average_ > kWakeUp; }

 private:
  static constexpr std::uint64_t kLongTurn = 3 * kTicksPerMicrosecond;
  static constexpr std::uint64_t kWakeUp = 100 * kTicksPerMicrosecond;

  std::uint64_t last_ = 0;
  std::uint64_t average_ = 0;
};

}  // namespace gauntlet::impls::work_stealing
