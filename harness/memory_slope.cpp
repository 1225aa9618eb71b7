// SPDX-License-Identifier: Apache-2.0
// Reads the resident set; fits a line.
#include "harness/memory_slope.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "harness/usage.hpp"

namespace gauntlet {

void MemorySlope::sample(std::int64_t alive) {
  if (const std::int64_t bytes = resident_bytes(); bytes > 0) add(alive, bytes);
}

void MemorySlope::count_maps() {
  std::ifstream maps("/proc/self/maps");
  maps_ = std::count(std::istreambuf_iterator<char>(maps), {}, '\n');
}

std::optional<double> MemorySlope::bytes_per_goroutine() const {
  if (points_.empty()) return std::nullopt;
  const auto count = static_cast<double>(points_.size());
  double mean_alive = 0;
  double mean_bytes = 0;
  for (const Point& point : points_) {
    mean_alive += static_cast<double>(point.alive) / count;
    mean_bytes += static_cast<double>(point.bytes) / count;
  }
  double spread = 0;
  double together = 0;
  for (const Point& point : points_) {
    const double off = static_cast<double>(point.alive) - mean_alive;
    spread += off * off;
    together += off * (static_cast<double>(point.bytes) - mean_bytes);
  }
  if (spread <= 0) return std::nullopt;
  return together / spread;
}

}  // namespace gauntlet
