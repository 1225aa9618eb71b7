// SPDX-License-Identifier: Apache-2.0
// A move-only value that counts: what is alive at the end was leaked, a negative number died twice.
// What was moved from, and a default one, is an empty shell that a channel may keep in its slots.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace gauntlet::contract {

class Counted {
 public:
  Counted() = default;
  explicit Counted(int number) : number_(number) { count(+1); }
  Counted(Counted&& other) noexcept : number_(std::exchange(other.number_, kShell)) {}
  Counted& operator=(Counted&& other) noexcept {
    const int incoming = std::exchange(other.number_, kShell);
    end();
    number_ = incoming;
    return *this;
  }
  ~Counted() { end(); }

  int number() const { return number_; }
  // relaxed: read before the goroutines start and after run() returned.
  static std::int64_t alive() { return alive_.load(std::memory_order_relaxed); }

 private:
  static constexpr int kShell = -1;

  void end() {
    if (number_ == kShell) return;
    count(-1);
    number_ = kShell;
  }

  // relaxed: a tally, it publishes nothing.
  static void count(std::int64_t step) { alive_.fetch_add(step, std::memory_order_relaxed); }

  static inline std::atomic<std::int64_t> alive_{0};
  int number_ = kShell;
};

}  // namespace gauntlet::contract
