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
    points_.push_back({alive, resident_bytes});
  }

  /// Counts the lines of /proc/self/maps now: virtual memory areas, of which a process has a limited number.
  void count_maps();

  /// How many should be alive at each sample on the way to `all`: powers of ten from a hundred, then tenths.
  static std::vector<std::int64_t> steps(std::int64_t all) {
    std::vector<std::int64_t> alive;
    for (std::int64_t count = 100; count < all / 10; count *= 10) alive.push_back(count);
    for (std::int64_t tenth = 1; tenth <= 10; ++tenth) alive.push_back(all * tenth / 10);
    return alive;
  }

  /// Bytes per goroutine by least squares; empty with fewer than two different points.
  std::optional<double> bytes_per_goroutine() const;

  struct Point {
    std::int64_t alive;
    std::int64_t bytes;
  };
  const std::vector<Point>& points() const { return points_; }
  std::optional<std::int64_t> maps() const { return maps_; }

 private:
  std::vector<Point> points_;
  std::optional<std::int64_t> maps_;
};

}  // namespace gauntlet
