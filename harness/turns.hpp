// SPDX-License-Identifier: Apache-2.0
// How far each of several goroutines was when the first of them had done its share: fairness without a
// common counter. A turn costs one store to a cache line of the goroutine's own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gauntlet {

class Turns {
 public:
  explicit Turns(std::size_t goroutines) : done_(goroutines) {}

  /// `self` has had so many turns. relaxed: a picture, nothing is published by it.
  void had(std::size_t self, std::int64_t turns) {
    done_[self].turns.store(turns, std::memory_order_relaxed);
  }

  /// `self` is done with all of its turns; the first to say so takes the picture.
  void ended() {
    // relaxed: one winner is enough; whoever reads the picture waits for all goroutines first.
    if (ended_.exchange(true, std::memory_order_relaxed)) return;
    for (const Line& each : done_) picture_.push_back(each.turns.load(std::memory_order_relaxed));
  }

  /// After all have ended: all turns of everybody.
  std::int64_t total() const {
    std::int64_t sum = 0;
    for (const Line& each : done_) sum += each.turns.load(std::memory_order_relaxed);  // They have ended.
    return sum;
  }
  /// After all have ended.
  std::vector<std::int64_t> when_the_first_ended() const { return picture_; }

 private:
  struct alignas(64) Line {
    std::atomic<std::int64_t> turns{0};
  };
  std::vector<Line> done_;
  std::atomic<bool> ended_{false};
  std::vector<std::int64_t> picture_;
};

}  // namespace gauntlet
