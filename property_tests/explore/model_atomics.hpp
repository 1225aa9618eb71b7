// SPDX-License-Identifier: Apache-2.0
// The explored counterpart of RealAtomics (harness/contract/atomics.hpp): the same shape, in weak
// memory.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "property_tests/explore/explorer.hpp"

namespace gauntlet::explore {

/// As std::atomic<T> for numbers; exists only while an Explorer runs.
template <class T>
class ModelAtomic {
 public:
  ModelAtomic() : ModelAtomic(T{}) {}
  ModelAtomic(T value) : at_(memory().add(to_word(value))) {}  // NOLINT: as std::atomic.
  ModelAtomic(const ModelAtomic&) = delete;
  ModelAtomic& operator=(const ModelAtomic&) = delete;

  T load(std::memory_order order) const {
    step();
    return from_word(memory().load(thread(), at_, order, any_store()));
  }
  void store(T value, std::memory_order order) {
    step();
    memory().store(thread(), at_, to_word(value), order);
  }
  T exchange(T value, std::memory_order order) {
    step();
    return update(order, [value](T) { return value; });
  }
  T fetch_add(T more, std::memory_order order) {
    step();
    return update(order, [more](T value) { return static_cast<T>(value + more); });
  }
  T fetch_sub(T less, std::memory_order order) {
    step();
    return update(order, [less](T value) { return static_cast<T>(value - less); });
  }

  /// Fails on an old store as well as on the newest one.
  bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                               std::memory_order failure) {
    step();
    const T seen = from_word(memory().load(thread(), at_, failure, any_store()));
    if (seen == expected && from_word(memory().newest(at_)) == expected) {
      update(success, [desired](T) { return desired; });
      return true;
    }
    expected =
        seen == expected ? from_word(memory().load(thread(), at_, failure, newest_store())) : seen;
    return false;
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure) {
    return compare_exchange_strong(expected, desired, success, failure);
  }

  WeakMemory::Location location() const { return at_; }

 private:
  static std::uint64_t to_word(T value) { return static_cast<std::uint64_t>(value); }
  static T from_word(std::uint64_t word) { return static_cast<T>(word); }
  static void step() { Explorer::now().step(); }
  static WeakMemory& memory() { return Explorer::now().memory(); }
  static WeakMemory::Thread thread() { return Explorer::now().thread(); }
  static auto any_store() {
    return [](std::size_t count) { return Explorer::now().choose_store(count); };
  }
  static auto newest_store() {
    return [](std::size_t count) { return count - 1; };
  }

  template <class Change>
  T update(std::memory_order order, Change&& change) {
    return from_word(memory().update(thread(), at_, order, [&change](std::uint64_t word) {
      return to_word(change(from_word(word)));
    }));
  }

  WeakMemory::Location at_;
};

/// Data that is no atomic: a race on it ends the schedule.
class PlainDatum {
 public:
  PlainDatum() : at_(Explorer::now().memory().add(0)) {}

  void write(std::uint64_t value) {
    check();
    Explorer& explorer = Explorer::now();
    explorer.memory().write_plain(explorer.thread(), at_, value);
  }
  std::uint64_t read() const {
    check();
    return Explorer::now().memory().newest(at_);
  }

 private:
  void check() const {
    Explorer& explorer = Explorer::now();
    if (!explorer.memory().knows_newest(explorer.thread(), at_)) explorer.fail("data race");
  }
  WeakMemory::Location at_;
};

struct ModelAtomics {
  template <class T>
  using Atomic = ModelAtomic<T>;

  static constexpr std::chrono::nanoseconds kForever{0};

  /// A limited sleep may run out at once, or never: no schedule may depend on its limit to make
  /// progress.
  static void sleep_while(ModelAtomic<std::uint32_t>& word, std::uint32_t value,
                          std::chrono::nanoseconds limit = kForever) {
    Explorer& explorer = Explorer::now();
    explorer.step();
    if (limit != kForever && explorer.choose(kRunsOutOneIn) == 0) return;
    if (explorer.memory().newest(word.location()) == value) explorer.sleep_on(word.location());
  }
  static void wake(ModelAtomic<std::uint32_t>& word, int count) {
    Explorer& explorer = Explorer::now();
    explorer.step();
    explorer.wake(word.location(), count);
  }
  static void relax() { Explorer::now().relax(); }

  static void light_fence() {}  // heavy_fence() does it all.
  static void heavy_fence() {
    Explorer& explorer = Explorer::now();
    explorer.step();
    explorer.memory().fence_all(explorer.thread());
  }

 private:
  static constexpr std::size_t kRunsOutOneIn = 3;
};

}  // namespace gauntlet::explore
