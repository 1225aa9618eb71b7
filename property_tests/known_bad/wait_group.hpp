// SPDX-License-Identifier: Apache-2.0
// The portable wait group with a fault: wait() returns when one done() is still missing.
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
    inner_.wait();
  }

 private:
  struct Verbs : known_bad::Runtime {};  // The same runtime under a name that has no faulty wait group.
  PortableWaitGroup<Verbs> inner_;
  std::atomic<std::int64_t> missing_;
};

}  // namespace gauntlet
