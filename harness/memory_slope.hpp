// SPDX-License-Identifier: Apache-2.0
// Resident bytes per goroutine, as the slope of the resident set over the number of goroutines: what the
// program needed before the first one cancels out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace gauntlet {

class MemorySlope {
 public:
  /// Reads /proc/self/statm now. Call while exactly `alive` goroutines are parked.
  void sample(std::int64_t alive);

  void add(std::int64_t alive, std::int64_t resident_bytes) {
    points_.push_back({static_cast<double>(alive), static_cast<double>(resident_bytes)});
  }

  /// Bytes per goroutine by least squares; empty with fewer than two different points.
  std::optional<double> bytes_per_goroutine() const;

 private:
  struct Point {
    double alive;
    double bytes;
  };
  std::vector<Point> points_;
};

}  // namespace gauntlet
