// SPDX-License-Identifier: Apache-2.0
// What the tests of the stackless colour share: how a goroutine is run, and how many workers there
// are.
#pragma once

#include <cstdlib>
#include <utility>

#include "harness/under_test.hpp"

namespace gauntlet::stackless {

/// GAUNTLET_WORKERS, or 2.
inline unsigned workers() {
  const char* asked = std::getenv("GAUNTLET_WORKERS");
  const int count = asked == nullptr ? 2 : std::atoi(asked);
  return count < 1 ? 1U : static_cast<unsigned>(count);
}

/// Sanitizers and debug builds run the same tests with fewer rounds.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
inline constexpr int kSlowdown = 10;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr int kSlowdown = 10;
#else
inline constexpr int kSlowdown = 1;
#endif
#else
inline constexpr int kSlowdown = 1;
#endif

template <class F>
void drive_with(unsigned worker_count, F&& root) {
  run(RunConfig{.workers = worker_count, .seed = 1}, std::forward<F>(root));
}
template <class F>
void drive(F&& root) {
  drive_with(workers(), std::forward<F>(root));
}

}  // namespace gauntlet::stackless
