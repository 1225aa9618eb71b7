// SPDX-License-Identifier: Apache-2.0
// In which order the children of one goroutine began, as seen: no lane is asked what it does.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace gauntlet {

class SpawnOrder {
 public:
  explicit SpawnOrder(std::int64_t children) : numbers_(static_cast<std::size_t>(children)) {}

  /// First words of a child; the numbers rise in the order in which they are started.
  void begins(std::int64_t number) {
    // relaxed: who reads the numbers has heard of every child through a channel.
    numbers_[began_.fetch_add(1, std::memory_order_relaxed)] = number;
  }

  /// The parent, after each start. relaxed: a child that began inside go() is seen on one worker, and on more
  /// of them a picture is all there is.
  void went_on() { at_once_ += began_.load(std::memory_order_relaxed) > at_once_; }

  /// After all have begun.
  const char* told() const {
    if (at_once_ == numbers_.size()) return "spawn order: each child at once";
    if (std::ranges::is_sorted(numbers_)) return "spawn order: first in, first out";
    if (std::ranges::is_sorted(numbers_, std::greater())) return "spawn order: last in, first out";
    return "spawn order: mixed";
  }

 private:
  std::vector<std::int64_t> numbers_;
  std::atomic<std::size_t> began_{0};
  std::size_t at_once_ = 0;
};

}  // namespace gauntlet
