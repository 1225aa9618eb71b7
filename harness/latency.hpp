// SPDX-License-Identifier: Apache-2.0
// How long each of many ops waited, as exact percentiles: every wait is kept, none is put into a bucket.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace gauntlet {

class Latency {
 public:
  void add(const std::vector<std::int64_t>& waits_ns) {
    waits_ns_.insert(waits_ns_.end(), waits_ns.begin(), waits_ns.end());
  }

  bool empty() const { return waits_ns_.empty(); }

  /// Precondition of these: not empty.
  double mean_ns() const {
    return std::accumulate(waits_ns_.begin(), waits_ns_.end(), 0.0) / static_cast<double>(waits_ns_.size());
  }
  std::int64_t max_ns() const { return *std::ranges::max_element(waits_ns_); }
  /// By nearest rank: the smallest wait that `percent` of all do not exceed.
  std::int64_t percentile_ns(double percent) {
    const auto count = static_cast<double>(waits_ns_.size());
    // Less a hair, because 99.9 % of 1,000 is 999 and not what a binary fraction makes of it.
    const auto rank = static_cast<std::ptrdiff_t>(std::ceil(percent / 100 * count - 1e-6));
    const auto place = waits_ns_.begin() + std::max<std::ptrdiff_t>(rank, 1) - 1;
    std::nth_element(waits_ns_.begin(), place, waits_ns_.end());
    return *place;
  }

 private:
  std::vector<std::int64_t> waits_ns_;
};

}  // namespace gauntlet
