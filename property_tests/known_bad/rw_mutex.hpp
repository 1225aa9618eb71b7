// SPDX-License-Identifier: Apache-2.0
// The portable read-write mutex with faults to choose from.
#pragma once

#include <atomic>
#include <mutex>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"

namespace gauntlet {

template <>
class PortableRWMutex<known_bad::Runtime> {
 public:
  void lock() {
    if (known_bad::mutated("rw_mutex_does_not_wait_for_readers")) {
      // relaxed, here and below: a fault needs no order.
      if (!inner_.try_lock()) intruders_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    writers_.fetch_add(1, std::memory_order_relaxed);
    inner_.lock();
  }

  void rlock() {
    if (known_bad::mutated("rw_mutex_lets_one_reader_in")) return inner_.lock();
    if (known_bad::mutated("rw_mutex_prefers_writers")) {
      while (writers_.load(std::memory_order_relaxed) > 0) known_bad::Runtime::yield();
    }
    if (known_bad::mutated("rw_mutex_prefers_readers") && joins_those_inside()) return;
    inner_.rlock();
    const std::lock_guard guard(mutex_);
    ++held_;
    ++inside_;
  }

  bool try_lock() {
    return inner_.try_lock() || known_bad::mutated("rw_mutex_try_lock_always_says_yes");
  }
  bool try_rlock() {
    if (known_bad::mutated("rw_mutex_prefers_readers") && joins_those_inside()) return true;
    if (!inner_.try_rlock()) return false;
    const std::lock_guard guard(mutex_);
    ++held_;
    ++inside_;
    return true;
  }

  void unlock() {
    writers_.fetch_sub(1, std::memory_order_relaxed);
    if (intruders_.load(std::memory_order_relaxed) > 0) {
      intruders_.fetch_sub(1, std::memory_order_relaxed);
      return;
    }
    if (known_bad::mutated("rw_mutex_unlock_of_free_is_silent") && inner_.try_lock())
      return inner_.unlock();
    inner_.unlock();
  }

  void runlock() {
    if (known_bad::mutated("rw_mutex_lets_one_reader_in")) return inner_.unlock();
    int leaves = 1;
    if (known_bad::mutated("rw_mutex_prefers_readers")) {
      const std::lock_guard guard(mutex_);
      leaves = --inside_ > 0 ? 0 : held_;
      held_ -= leaves;
    }
    while (leaves-- > 0) inner_.runlock();
  }

 private:
  struct Verbs : known_bad::Runtime {};  // The same runtime under a name that has no faulty mutex.

  /// Past the writers that wait: the lock is let go when nobody is inside any more.
  bool joins_those_inside() {
    const std::lock_guard guard(mutex_);
    if (inside_ == 0) return false;
    ++inside_;
    return true;
  }

  PortableRWMutex<Verbs> inner_;
  std::atomic<int> intruders_{0};
  std::atomic<int> writers_{0};  // That hold it or wait.
  std::mutex mutex_;             // Guards the two below.
  int held_ = 0;                 // How often inner_ is held to read.
  int inside_ = 0;
};

}  // namespace gauntlet
