// SPDX-License-Identifier: Apache-2.0
// A runtime for the explorer: a goroutine is a model thread that sleeps on a word of its own. And atomics
// that know when the object they are part of has died.
#pragma once

#include <array>
#include <atomic>
#include <bitset>
#include <cstddef>
#include <cstdint>

#include "property_tests/explore/explorer.hpp"
#include "property_tests/explore/model_atomics.hpp"

namespace gauntlet::explore {

/// A member of each scenario; the newest is the one that runs.
class ModelRuntime {
 public:
  using Handle = std::size_t;

  ModelRuntime() { running_ = this; }

  static void suspend(auto&& try_park) {
    const std::size_t self = Explorer::now().thread();
    if (!try_park(self)) return;
    auto& word = running_->woken_.at(self);
    // acquire pairs with the release in resume().
    while (word.load(std::memory_order_acquire) == 0) ModelAtomics::sleep_while(word, 0);
    word.store(0, std::memory_order_relaxed);  // relaxed: nobody resumes one that is not parked.
  }

  static void resume(Handle handle) {
    auto& word = running_->woken_.at(handle);
    // release pairs with the acquire in suspend().
    if (word.exchange(1, std::memory_order_release) != 0) Explorer::now().fail("resumed twice");
    ModelAtomics::wake(word, 1);
  }

 private:
  static inline ModelRuntime* running_ = nullptr;
  std::array<ModelAtomic<std::uint32_t>, kMostThreads> woken_;
};

/// As ModelAtomic; touching it after its death ends the schedule.
template <class T>
class MortalAtomic {
 public:
  MortalAtomic(T value) : inner_(value) { dead_.reset(inner_.location()); }  // NOLINT
  ~MortalAtomic() { dead_.set(inner_.location()); }

  T load(std::memory_order order) const { return checked(inner_.load(order)); }
  void store(T value, std::memory_order order) {
    inner_.store(value, order);
    checked(0);
  }
  T exchange(T value, std::memory_order order) { return checked(inner_.exchange(value, order)); }
  T fetch_add(T more, std::memory_order order) { return checked(inner_.fetch_add(more, order)); }
  T fetch_sub(T less, std::memory_order order) { return checked(inner_.fetch_sub(less, order)); }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                               std::memory_order failure) {
    return checked(inner_.compare_exchange_strong(expected, desired, success, failure));
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure) {
    return compare_exchange_strong(expected, desired, success, failure);
  }

 private:
  /// After the access: no other thread can have run in between.
  template <class V>
  V checked(V value) const {
    if (dead_.test(inner_.location())) Explorer::now().fail("touched after its death");
    return value;
  }

  static inline std::bitset<kMostLocations> dead_;
  ModelAtomic<T> inner_;
};

struct MortalAtomics {
  template <class T>
  using Atomic = MortalAtomic<T>;
  static void relax() { ModelAtomics::relax(); }
};

}  // namespace gauntlet::explore
