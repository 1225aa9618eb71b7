// SPDX-License-Identifier: Apache-2.0
// The bias of the worker that is awake alone: what goroutines share costs it no atomic read-modify-write
// (harness/portable/bias.hpp). Members are the workers; all other threads are visitors.
#pragma once

#include <algorithm>
#include <cstdint>

#include "harness/contract/atomics.hpp"
#include "harness/portable/bias.hpp"
#include "harness/portable/biased_atomic.hpp"
#include "harness/portable/ticks.hpp"
#include "impls/work_stealing/current_worker.hpp"

namespace gauntlet::impls::work_stealing {

struct WorkerBias {
  using Atomics = RealAtomics;
  using Member = Bias<RealAtomics>::Member;

  static Bias<RealAtomics>& bias() { return bias_; }
  static Member* member();
  static void seek();

 private:
  static inline constinit Bias<RealAtomics> bias_;
};

/// A worker's part. To revoke a bias costs both sides microseconds: one that was not held for long is not taken again
/// for a while, twice as long each time.
class BiasSeeker {
 public:
  using Member = WorkerBias::Member;

  void seek() {
    const Standing standing = member_.standing();
    if (standing == Standing::kHolder) return;
    const std::uint64_t now = ticks();
    if (standing == Standing::kLost) lost(now);
    if (now < not_before_) return;  // An offer stands: who never picks anew would not look again.
    if (WorkerBias::bias().take(member_))
      taken_ = now;
    else
      member_.decline();
  }

  Member& member() { return member_; }

 private:
  static constexpr std::uint64_t kWorthIt = 50 * kTicksPerMicrosecond;
  static constexpr std::uint64_t kFirstPause = 20 * kTicksPerMicrosecond;
  static constexpr std::uint64_t kMostPause = 1000 * kTicksPerMicrosecond;

  void lost(std::uint64_t now) {
    pause_ = now - taken_ >= kWorthIt ? 0 : std::clamp(2 * pause_, kFirstPause, kMostPause);
    not_before_ = now + pause_;
    member_.decline();
  }

  Member member_;
  std::uint64_t taken_ = 0;
  std::uint64_t pause_ = 0;
  std::uint64_t not_before_ = 0;
};

}  // namespace gauntlet::impls::work_stealing
