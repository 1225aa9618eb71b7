// SPDX-License-Identifier: Apache-2.0
// Whether a worker spends its time waiting for locks that other workers hold.
#pragma once

#include <cstdint>

#include "harness/portable/ticks.hpp"

namespace gauntlet::impls::work_stealing {

class Contention {
 public:
  /// Once, on the worker's thread: `waited` grows by the ticks that it waits (ContendedTime).
  void begin(const std::uint64_t& waited, std::uint64_t now) {
    waited_ = &waited;
    begin_period(now);
  }

  /// Has it waited for long enough since is_high() was last asked to ask again? One comparison.
  bool is_due() const { return *waited_ > due_; }

  /// Was it more than a third of the time since then?
  bool is_high(std::uint64_t now) {
    const bool high = (*waited_ - waited_before_) * kPart > now - since_;
    begin_period(now);
    return high;
  }

 private:
  // Two workers that wait so much do less than one that does not: what they do in the rest of their time they do
  // with cache lines that have to come from each other.
  static constexpr std::uint64_t kPart = 3;
  static constexpr std::uint64_t kLong = 30 * kTicksPerMicrosecond;  // A dozen waits at a channel's lock.

  void begin_period(std::uint64_t now) {
    since_ = now;
    waited_before_ = *waited_;
    due_ = waited_before_ + kLong;
  }

  const std::uint64_t* waited_ = nullptr;
  std::uint64_t due_ = 0;
  std::uint64_t waited_before_ = 0;
  std::uint64_t since_ = 0;
};

}  // namespace gauntlet::impls::work_stealing
