// SPDX-License-Identifier: Apache-2.0
// The portable condition variable with faults to choose from.
#pragma once

#include <atomic>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/mutex.hpp"
#include "property_tests/known_bad/runtime.hpp"

namespace gauntlet {

template <>
class PortableCond<known_bad::Runtime> {
 public:
  explicit PortableCond(PortableMutex<known_bad::Runtime>& mutex) : mutex_(mutex) {}

  void wait() {
    // relaxed, here and below: a fault needs no order.
    if (known_bad::mutated("cond_keeps_a_signal") && take_one(kept_)) return;
    if (known_bad::mutated("cond_signal_goes_to_a_newcomer") && take_one(on_their_way_)) {
      mutex_.unlock();
      known_bad::Runtime::yield();
      return mutex_.lock();
    }
    wait_for_a_signal();
    while (known_bad::mutated("cond_signal_goes_to_a_newcomer") && !arrives_in_time())
      wait_for_a_signal();
  }

  void signal() {
    if (known_bad::mutated("cond_signal_wakes_all")) return core_.broadcast();
    const bool somebody_waits = waiting_.load(std::memory_order_relaxed) > 0;
    if (!somebody_waits) kept_.fetch_add(1, std::memory_order_relaxed);
    if (somebody_waits) on_their_way_.fetch_add(1, std::memory_order_relaxed);
    core_.signal();
  }

  void broadcast() {
    if (known_bad::mutated("cond_broadcast_wakes_one")) return core_.signal();
    core_.broadcast();
  }

 private:
  struct Verbs : known_bad::Runtime {};  // The same runtime under a name that has no faulty cond.
  using Core = CondCore<Verbs>;

  void wait_for_a_signal() {
    Core::Sleeper self;
    waiting_.fetch_add(1, std::memory_order_relaxed);
    const bool draws_late = known_bad::mutated("cond_unlocks_before_it_waits");
    if (!draws_late) core_.draw(self);
    mutex_.unlock();
    if (draws_late) {
      known_bad::Runtime::yield();
      core_.draw(self);
    }
    if (!core_.start_wait(self)) park<Verbs>(core_, self);
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    if (known_bad::mutated("cond_signal_goes_to_a_newcomer")) {
      for (int turn = 0; turn < 20; ++turn) known_bad::Runtime::yield();
    }
    if (!known_bad::mutated("cond_returns_without_the_mutex")) mutex_.lock();
  }

  /// Whether the signal that woke the caller was not taken by another one meanwhile.
  bool arrives_in_time() { return take_one(on_their_way_); }

  static bool take_one(std::atomic<int>& from) {
    int some = from.load(std::memory_order_relaxed);
    while (some > 0) {
      if (from.compare_exchange_weak(some, some - 1, std::memory_order_relaxed,
                                     std::memory_order_relaxed))
        return true;
    }
    return false;
  }

  PortableMutex<known_bad::Runtime>& mutex_;
  Core core_;
  std::atomic<int> waiting_{0};
  std::atomic<int> kept_{0};          // Signals that nobody waited for.
  std::atomic<int> on_their_way_{0};  // Signals whose goroutine has not returned yet.
};

}  // namespace gauntlet
