// SPDX-License-Identifier: Apache-2.0
// How long a thread has waited for locks that others held. A runtime may read it: workers that mostly wait for each
// other do less together than one of them alone.
#pragma once

#include <cstdint>

#include "harness/portable/ticks.hpp"

namespace gauntlet {

/// Counts from its beginning to its end, neither of which may be on another thread.
class ContendedTime {
 public:
  ContendedTime() = default;
  ContendedTime(const ContendedTime&) = delete;
  ContendedTime& operator=(const ContendedTime&) = delete;
  ~ContendedTime() { of_this_thread() += ticks() - begin_; }

  /// Ticks since the thread began. noinline: a goroutine that comes back on another thread must not find the
  /// address kept.
  [[gnu::noinline]] static std::uint64_t& of_this_thread() {
    thread_local std::uint64_t waited = 0;
    return waited;
  }

 private:
  const std::uint64_t begin_ = ticks();
};

}  // namespace gauntlet
