// SPDX-License-Identifier: Apache-2.0
// Whether stealing is worth it: a theft costs both workers some hundred nanoseconds, and the search for the next one takes
// the rings' lines from their owners.
#pragma once

#include <algorithm>
#include <cstdint>

#include "harness/portable/ticks.hpp"
#include "impls/work_stealing/idle.hpp"

namespace gauntlet::impls::work_stealing {

class Thefts {
 public:
  void stole(std::uint64_t now, std::uint32_t goroutines) {
    last_ = now;
    worth_it_ = kWorthIt + goroutines * kWorthMoving;
  }

  /// The worker has nothing to run.
  void ran_dry(std::uint64_t now) {
    if (last_ == 0) return;
    futile_ = now - last_ < worth_it_ ? futile_ + 1 : 0;
    last_ = 0;
  }

  /// The last ones brought next to nothing: better to nap than to search for another one.
  bool are_futile() const { return futile_ >= kMostFutile; }

  /// At a search for `reason`: is what lies there for everyone left to the others? Not by the last one that is awake.
  template <class Idle>
  bool leave_it(SearchReason reason, const Idle& idle) const {
    return are_futile() && !(reason == SearchReason::kAboutToSleep && idle.everyone_sleeps());
  }

  /// After that nap: one that is worth it ends the matter, another that is not is followed by a nap again.
  void try_again() { futile_ = std::min(futile_, kMostFutile - 1); }

 private:
  // What a theft costs, and what it costs that a goroutine's lines move to another core. A million that do next to
  // nothing are done sooner by the one that has them.
  static constexpr std::uint64_t kWorthIt = 3 * kTicksPerMicrosecond;
  static constexpr std::uint64_t kWorthMoving = 3 * kTicksPerMicrosecond / 20;
  static constexpr std::uint32_t kMostFutile = 2;

  std::uint64_t worth_it_ = 0;
  std::uint64_t last_ = 0;  // 0: nothing stolen since it last ran dry.
  std::uint32_t futile_ = 0;
};

}  // namespace gauntlet::impls::work_stealing
