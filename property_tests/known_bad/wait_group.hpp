// SPDX-License-Identifier: Apache-2.0
// The portable wait group with faults to choose from.
#pragma once

#include <atomic>
#include <cstdint>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"

namespace gauntlet {

template <>
class PortableWaitGroup<known_bad::Runtime> {
 public:
  explicit PortableWaitGroup(std::int64_t count = 0) : inner_(count), missing_(count) {}

  void add(std::int64_t delta) {
    if (known_bad::mutated("wait_group_goes_below_zero") &&
        missing_.load(std::memory_order_relaxed) + delta < 0)
      return;
    if (known_bad::mutated("wait_group_ignores_who_comes_late") && is_late(delta)) return;
    // relaxed: who waits early is the fault, not how.
    missing_.fetch_add(delta, std::memory_order_relaxed);
    inner_.add(delta);
  }
  void done() { add(-1); }

  void wait() {
    if (known_bad::mutated("wait_group_returns_early")) {
      while (missing_.load(std::memory_order_relaxed) > 1) known_bad::Runtime::yield();
      return;
    }
    if (known_bad::mutated("wait_group_works_once") && waits_.load(std::memory_order_relaxed) > 0) return;
    const bool empty = missing_.load(std::memory_order_relaxed) == 0;
    waiting_.fetch_add(1, std::memory_order_relaxed);
    inner_.wait();
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    const int before = waits_.fetch_add(1, std::memory_order_relaxed);
    if (known_bad::mutated("wait_group_wakes_one") && !empty && before > 0)
      park_for_ever<known_bad::Runtime>();
  }

 private:
  struct Verbs : known_bad::Runtime {};  // The same runtime under a name that has no faulty wait group.

  /// Added while somebody waits; and the ends of as many, once those who came in time have ended.
  bool is_late(std::int64_t delta) {
    const bool adds = delta > 0 && waiting_.load(std::memory_order_relaxed) > 0;
    const bool ends = delta < 0 && missing_.load(std::memory_order_relaxed) == 0;
    return adds || ends;
  }

  PortableWaitGroup<Verbs> inner_;
  std::atomic<std::int64_t> missing_;
  std::atomic<int> waits_{0};  // That returned.
  std::atomic<int> waiting_{0};
};

}  // namespace gauntlet
