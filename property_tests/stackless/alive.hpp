// SPDX-License-Identifier: Apache-2.0
// A move-only value that counts its instances and knows whether it is still one of them.
#pragma once

#include <atomic>

namespace gauntlet::stackless {

class Alive {
 public:
  explicit Alive(int number) : number_(number) { count(+1); }
  Alive(Alive&& other) noexcept : number_(other.number_) { count(+1); }
  Alive& operator=(Alive&&) = delete;
  ~Alive() {
    self_ = nullptr;
    count(-1);
  }

  int number() const { return number_; }

  /// False for a copy of its bytes, and for one that is destroyed.
  bool is_itself() const { return self_ == this; }

  // relaxed: a tally, read when run() has returned.
  static int now() { return now_.load(std::memory_order_relaxed); }

 private:
  static void count(int step) { now_.fetch_add(step, std::memory_order_relaxed); }

  static inline std::atomic<int> now_{0};
  Alive* volatile self_ = this;
  int number_;
};

}  // namespace gauntlet::stackless
