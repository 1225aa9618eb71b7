// SPDX-License-Identifier: Apache-2.0
// Whether goroutines take long turns, so that who waits behind some of them waits long. Read now and then: an idle
// time in between counts as theirs, and does no harm.
#pragma once

#include <cstdint>

#include "harness/portable/ticks.hpp"

namespace gauntlet::impls::work_stealing {

class TurnClock {
 public:
  /// So many goroutines have had a turn since the last call. True: on average each took more than some microseconds.
  bool were_long(std::uint64_t turns) {
    const std::uint64_t now = ticks();
    const std::uint64_t passed = now - last_;
    last_ = now;
    return passed > turns * kTicksOfLongTurn;
  }

 private:
  static constexpr std::uint64_t kTicksOfLongTurn = 3 * kTicksPerMicrosecond;

  std::uint64_t last_ = 0;
};

}  // namespace gauntlet::impls::work_stealing
