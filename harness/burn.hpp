// SPDX-License-Identifier: Apache-2.0
// CPU work of a known length, for workloads whose jobs are not empty. Measured once per process.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace gauntlet {

class Burn {
 public:
  /// A job of about `work_ns` nanoseconds on an idle core; 0 is no work at all.
  explicit Burn(std::int64_t work_ns)
      : steps_(static_cast<std::int64_t>(static_cast<double>(work_ns) * steps_per_ns())) {}

  void operator()() const { spin(steps_); }

  /// A fixed number of steps, however long they take here.
  static void spin(std::int64_t steps) {
    std::uint64_t x = 0x9E3779B97F4A7C15U;
    for (std::int64_t i = 0; i < steps; ++i) {
      x ^= x << 13U;  // xorshift64 (Marsaglia 2003): each step needs the last, so it cannot be vectorised
      x ^= x >> 7U;
      x ^= x << 17U;
    }
    asm volatile("" ::"r"(x));  // Keeps the loop.
  }

 private:
  static double steps_per_ns() {
    static const double rate = [] {
      constexpr std::int64_t kSteps = 200'000;
      double best = 0;
      for (int i = 0; i < 7; ++i) {  // The fastest of a few: the others were interrupted.
        const auto begin = std::chrono::steady_clock::now();
        spin(kSteps);
        const std::chrono::duration<double, std::nano> elapsed =
            std::chrono::steady_clock::now() - begin;
        best = std::max(best, static_cast<double>(kSteps) / elapsed.count());
      }
      return best;
    }();
    return rate;
  }

  std::int64_t steps_;
};

}  // namespace gauntlet
