// SPDX-License-Identifier: Apache-2.0
// A move-only value that counts its instances: what is alive at the end was leaked, what is negative died twice.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace gauntlet::contract {

class Counted {
 public:
  explicit Counted(int number = 0) : number_(number) { count(+1); }
  Counted(Counted&& other) noexcept : number_(std::exchange(other.number_, kMovedFrom)) {
    count(+1);
  }
  Counted& operator=(Counted&& other) noexcept {
    number_ = std::exchange(other.number_, kMovedFrom);
    return *this;
  }
  ~Counted() {
    number_ = kDead;
    count(-1);
  }

  int number() const { return number_; }
  // relaxed: read before the goroutines start and after run() returned.
  static std::int64_t alive() { return alive_.load(std::memory_order_relaxed); }

 private:
  static constexpr int kMovedFrom = -1;
  static constexpr int kDead = -2;

  // relaxed: a tally, it publishes nothing.
  static void count(std::int64_t step) { alive_.fetch_add(step, std::memory_order_relaxed); }

  static inline std::atomic<std::int64_t> alive_{0};
  int number_;
};

}  // namespace gauntlet::contract
