// SPDX-License-Identifier: Apache-2.0
// C++'s memory model for one explored execution, by views: every location keeps all its stores,
// every thread knows how old a store it may still read, and a store carries what its reader gets to
// know. After Kang et al., "A promising semantics for relaxed-memory concurrency" (POPL 2017),
// without promises.
//
// - A load reads any store that is not older than the thread's view of the location.
// - release: the store carries the thread's view. acquire: the reader's view joins it.
// - A read-modify-write reads the newest store, and carries on what that store carried.
// - seq_cst: as acquire and release, and a seq_cst load reads nothing older than the last seq_cst
// store of
//   that location. The order of execution is the single total order.
// - Plain data: whoever reads or writes it without knowing the newest write has a data race.
// What it leaves out: stores are ordered as they execute, and no load reads from the future. So it
// finds less than the standard allows, and whatever it finds is real. Of fences only the asymmetric
// one is modelled: the house has no other.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace gauntlet::explore {

/// A mutant of every algorithm at once: what all its atomic operations lose.
enum class Weakening : std::uint8_t {
  kNone,
  kNoSequentialConsistency,  ///< seq_cst becomes acquire, release, or both.
  kNoRelease,                ///< Nothing is published.
};

inline constexpr std::size_t kMostThreads = 4;
inline constexpr std::size_t kMostLocations = 48;

/// Per location, the oldest store that may still be read.
struct View {
  std::array<std::uint16_t, kMostLocations> oldest{};

  void join(const View& other) {
    for (std::size_t i = 0; i < kMostLocations; ++i)
      if (other.oldest[i] > oldest[i]) oldest[i] = other.oldest[i];
  }
};

class WeakMemory {
 public:
  using Location = std::size_t;
  using Thread = std::size_t;

  void reset(Weakening weakening) {
    weakening_ = weakening;
    used_ = 0;
    views_.fill(View{});
  }

  /// By the thread that sets up or checks; the others do not run then.
  Location add(std::uint64_t value) {
    if (used_ == kMostLocations) std::abort();
    History& history = histories_[used_];
    history.stores.clear();
    history.stores.push_back({value, View{}});
    history.last_seq_cst = 0;
    return used_++;
  }

  /// `pick(n)` chooses below n which of the readable stores is read; n - 1 is the newest.
  template <class Pick>
  std::uint64_t load(Thread thread, Location at, std::memory_order order, Pick&& pick) {
    order = weakened_load(order);
    View& view = views_[thread];
    const History& history = histories_[at];
    std::size_t oldest = view.oldest[at];
    if (order == std::memory_order_seq_cst && history.last_seq_cst > oldest)
      oldest = history.last_seq_cst;
    return read(view, at, oldest + pick(history.stores.size() - oldest), order);
  }

  void store(Thread thread, Location at, std::uint64_t value, std::memory_order order) {
    append(thread, at, value, weakened(order), View{});
  }

  /// Replaces the newest value by change(value), and returns the old one.
  template <class Change>
  std::uint64_t update(Thread thread, Location at, std::memory_order order, Change&& change) {
    order = weakened(order);
    const History& history = histories_[at];
    const std::uint64_t before = read(views_[thread], at, history.stores.size() - 1, order);
    append(thread, at, change(before), order, history.stores.back().carried);
    return before;
  }

  /// What the kernel sees, and a compare-exchange that succeeds.
  std::uint64_t newest(Location at) const { return histories_[at].stores.back().value; }

  /// True: `thread` knows the newest write of this plain datum. Otherwise it is a data race.
  bool knows_newest(Thread thread, Location at) const {
    return views_[thread].oldest[at] == histories_[at].stores.size() - 1;
  }
  void write_plain(Thread thread, Location at, std::uint64_t value) {
    append(thread, at, value, std::memory_order_relaxed, View{});
  }

  /// What the kernel does for membarrier(2): every other thread passes a full fence meanwhile.
  void fence_all(Thread thread) {
    const View before = views_[thread];
    for (View& view : views_) views_[thread].join(view);
    for (View& view : views_) view.join(before);
  }

  /// As std::thread's constructor and join().
  void start(Thread child, Thread parent) { views_[child] = views_[parent]; }
  void join(Thread parent, Thread child) { views_[parent].join(views_[child]); }

 private:
  struct Store {
    std::uint64_t value;
    View carried;
  };
  struct History {
    std::vector<Store> stores;
    std::size_t last_seq_cst = 0;
  };

  static bool acquires(std::memory_order order) {
    return order != std::memory_order_relaxed && order != std::memory_order_release;
  }
  static bool releases(std::memory_order order) {
    return order == std::memory_order_release || order == std::memory_order_acq_rel ||
           order == std::memory_order_seq_cst;
  }

  std::memory_order weakened(std::memory_order order) const {
    if (weakening_ == Weakening::kNoSequentialConsistency && order == std::memory_order_seq_cst)
      return std::memory_order_acq_rel;
    if (weakening_ == Weakening::kNoRelease && releases(order))
      return order == std::memory_order_release ? std::memory_order_relaxed
                                                : std::memory_order_acquire;
    return order;
  }
  std::memory_order weakened_load(std::memory_order order) const {
    if (weakening_ == Weakening::kNoSequentialConsistency && order == std::memory_order_seq_cst)
      return std::memory_order_acquire;
    return order;
  }

  std::uint64_t read(View& view, Location at, std::size_t index, std::memory_order order) {
    const Store& store = histories_[at].stores[index];
    view.oldest[at] = static_cast<std::uint16_t>(index);
    if (acquires(order)) view.join(store.carried);
    return store.value;
  }

  void append(Thread thread, Location at, std::uint64_t value, std::memory_order order,
              View carried) {
    History& history = histories_[at];
    const auto index = static_cast<std::uint16_t>(history.stores.size());
    views_[thread].oldest[at] = index;
    if (releases(order)) carried.join(views_[thread]);
    carried.oldest[at] = index;
    if (order == std::memory_order_seq_cst) history.last_seq_cst = index;
    history.stores.push_back({value, carried});
  }

  Weakening weakening_ = Weakening::kNone;
  std::size_t used_ = 0;
  std::array<History, kMostLocations> histories_;
  std::array<View, kMostThreads + 1> views_;
};

}  // namespace gauntlet::explore
