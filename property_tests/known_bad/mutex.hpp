// SPDX-License-Identifier: Apache-2.0
// The portable mutex with faults to choose from.
#pragma once

#include <atomic>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"

namespace gauntlet {

template <>
class PortableMutex<known_bad::Runtime> {
 public:
  void lock() {
    if (never_hands_over()) return lock_as_a_newcomer();
    if (inner_.try_lock()) return;
    if (known_bad::mutated("mutex_lets_two_in")) {
      // relaxed: a fault needs no order.
      intruders_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    inner_.lock();
  }
  bool try_lock() {
    if (never_hands_over()) return core_.try_lock();
    return inner_.try_lock() || known_bad::mutated("try_lock_always_says_yes");
  }

  void unlock() {
    if (never_hands_over()) return core_.unlock();
    int some = intruders_.load(std::memory_order_relaxed);
    while (some > 0) {
      if (intruders_.compare_exchange_weak(some, some - 1, std::memory_order_relaxed,
                                           std::memory_order_relaxed))
        return;
    }
    if (known_bad::mutated("unlock_of_free_is_silent") && inner_.try_lock()) return inner_.unlock();
    inner_.unlock();
  }

 private:
  struct Verbs : known_bad::Runtime {};  // The same runtime under a name that has no faulty mutex.

  static bool never_hands_over() { return known_bad::mutated("mutex_never_hands_over"); }

  /// However often it was woken and came too late.
  void lock_as_a_newcomer() {
    for (;;) {
      MutexCore<Verbs>::Locker self;
      if (core_.start_lock(self)) return;
      park<Verbs>(core_, self);
    }
  }

  PortableMutex<Verbs> inner_;
  MutexCore<Verbs> core_;
  std::atomic<int> intruders_{0};
};

}  // namespace gauntlet
