// SPDX-License-Identifier: Apache-2.0
// The portable once with faults to choose from.
#pragma once

#include <atomic>
#include <utility>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"

namespace gauntlet {

template <>
class PortableOnce<known_bad::Runtime> {
 public:
  template <class F>
  void call(F&& function) {
    if (known_bad::mutated("once_looks_and_then_runs")) return look_and_then_run(function);
    if (known_bad::mutated("once_returns_while_it_runs")) {
      // relaxed: a fault needs no order.
      if (!begun_.exchange(true, std::memory_order_relaxed)) function();
      return;
    }
    if (known_bad::mutated("once_runs_again_after_a_throw")) {
      while (begun_.exchange(true, std::memory_order_acquire)) {  // acquire and release: a lock.
        if (is_done_.load(std::memory_order_acquire)) return;
        known_bad::Runtime::yield();
      }
      return run_until_it_returns(function);
    }
    if (known_bad::mutated("once_forgets_who_waits_when_it_throws")) return run_and_forget(function);
    inner_.call(std::forward<F>(function));
  }

 private:
  struct Verbs : known_bad::Runtime {};  // The same runtime under a name that has no faulty once.
  using Core = OnceCore<Verbs>;

  /// Two steps where one is needed.
  template <class F>
  void look_and_then_run(F& function) {
    if (begun_.load(std::memory_order_acquire)) return;
    known_bad::Runtime::yield();
    function();
    begun_.store(true, std::memory_order_release);
  }

  /// As std::call_once has it.
  template <class F>
  void run_until_it_returns(F& function) {
    try {
      function();
      is_done_.store(true, std::memory_order_release);
    } catch (...) {
      begun_.store(false, std::memory_order_release);
      throw;
    }
  }

  template <class F>
  void run_and_forget(F& function) {
    Waiter<Verbs> self;
    const OnceTurn turn = core_.start(self);
    if (turn == OnceTurn::kWait) park<Verbs>(core_, self);
    if (turn != OnceTurn::kMine) return;
    function();
    core_.finish();
  }

  PortableOnce<Verbs> inner_;
  std::atomic<bool> begun_{false};
  std::atomic<bool> is_done_{false};
  Core core_;
};

}  // namespace gauntlet
