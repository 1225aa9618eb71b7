// SPDX-License-Identifier: Apache-2.0
// A worker's run queue: a ring, first in first out. The owner pushes and pops; thieves take half
// from the old end. After Go's runqput/runqget/runqgrab (proc.go).
//
// head_ counts what has been taken, tail_ what has been pushed; both only grow and wrap around.
// Only the owner writes tail_. Whoever moves head_ by a compare-exchange owns the slots that it
// passed. Invariants: 0 <= tail - head <= kCapacity at every instant; slots [head, tail) hold what
// was pushed.
//
// Rejected: Chase-Lev. It is last in first out for the owner, which starves (new goroutines waited
// for half a million yields), and thieves cannot take a batch with one compare-exchange.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace gauntlet::impls::work_stealing {

/// `T` is a pointer or a number.
template <class T, class Atomics, std::uint32_t kCapacity = 1024>
class RunQueue {
  static_assert((kCapacity & (kCapacity - 1)) == 0, "indices wrap by masking");

 public:
  static constexpr std::uint32_t kRoom = kCapacity;

  /// What a batch operation moved. It lies on a goroutine's stack, so it is bounded.
  static constexpr std::uint32_t kMostTaken = std::min(kCapacity / 2, 128U);
  struct Loot {
    std::array<T, kMostTaken> items;
    std::uint32_t count = 0;
  };

  /// Owner only. How many there are now; 0: full, nothing was pushed.
  std::uint32_t push(T item) {
    // relaxed: the owner wrote it.
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    // acquire pairs with the release half of the compare-exchange in take_half() and pop(): the
    // slot has been read before it is written again.
    const std::uint32_t head = head_.load(std::memory_order_acquire);
    if (tail - head == kCapacity) [[unlikely]]
      return 0;
    // relaxed: published by the store of tail_.
    slot(tail).store(item, std::memory_order_relaxed);
    // seq_cst, and Dekker with idle.hpp: [push: store tail_, load the idle word] against [sleeper:
    // change the idle word, load tail_ in take_half()]. One of the two sees the other. As a release
    // it pairs with the load in take_half(): the thief sees the slot, and the item's contents.
    tail_.store(tail + 1, std::memory_order_seq_cst);
    return tail + 1 - head;
  }

  /// Owner only: as many of `items` as there is room for, first to last, at the price of one push. Says
  /// how many.
  std::uint32_t push_all(std::span<const T> items) {
    // relaxed, acquire: as in push().
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    const std::uint32_t head = head_.load(std::memory_order_acquire);
    const std::uint32_t count = fitting(items, tail - head);
    if (count == 0) return 0;
    // relaxed: published by the store of tail_, which is as in push().
    for (std::uint32_t i = 0; i < count; ++i)
      slot(tail + i).store(items[i], std::memory_order_relaxed);
    tail_.store(tail + count, std::memory_order_seq_cst);
    return count;
  }

  /// Owner only, and only while no other thread can be a thief: push() without its price.
  std::uint32_t push_alone(T item) {
    // relaxed throughout: one thread.
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    const std::uint32_t head = head_.load(std::memory_order_relaxed);
    if (tail - head == kCapacity) [[unlikely]]
      return 0;
    slot(tail).store(item, std::memory_order_relaxed);
    tail_.store(tail + 1, std::memory_order_relaxed);
    return tail + 1 - head;
  }

  /// As push_alone().
  std::uint32_t push_all_alone(std::span<const T> items) {
    // relaxed throughout: one thread.
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    const std::uint32_t count = fitting(items, tail - head_.load(std::memory_order_relaxed));
    for (std::uint32_t i = 0; i < count; ++i)
      slot(tail + i).store(items[i], std::memory_order_relaxed);
    tail_.store(tail + count, std::memory_order_relaxed);
    return count;
  }

  /// Owner only. False: empty.
  bool pop(T& item) {
    // relaxed: the compare-exchange below checks it; the owner's own slots need no edge.
    std::uint32_t head = head_.load(std::memory_order_relaxed);
    // relaxed: the owner wrote it.
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    while (head != tail) {
      // relaxed: the owner wrote it.
      item = slot(head).load(std::memory_order_relaxed);
      // release pairs with the acquire of head_ in take_half(): a thief that sees the new head also
      // sees the tail that was pushed before it. relaxed on failure: only the number is used.
      if (head_.compare_exchange_weak(head, head + 1, std::memory_order_release,
                                      std::memory_order_relaxed))
        return true;
    }
    return false;
  }

  /// As push_alone().
  bool pop_alone(T& item) {
    // relaxed throughout: one thread.
    const std::uint32_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_relaxed)) return false;
    item = slot(head).load(std::memory_order_relaxed);
    head_.store(head + 1, std::memory_order_relaxed);
    return true;
  }

  /// Any thread: takes the older half, rounded up, or kMostTaken; the owner does so when the ring is
  /// full. Nothing: empty.
  void take_half(Loot& loot) {
    for (;;) {
      // acquire pairs with the release of whoever moved it: tail_ below is not older.
      std::uint32_t head = head_.load(std::memory_order_acquire);
      // seq_cst: Dekker, see push(); as an acquire it pairs with that store.
      const std::uint32_t tail = tail_.load(std::memory_order_seq_cst);
      const std::uint32_t size = tail - head;
      if (size == 0) {
        loot.count = 0;
        return;
      }
      if (size > kCapacity) continue;  // head is stale: others took, the owner pushed.
      loot.count = std::min(size - size / 2, kMostTaken);
      // relaxed: ordered by tail_; if the owner has reused a slot by now, head_ has moved and the
      // compare-exchange fails.
      for (std::uint32_t i = 0; i < loot.count; ++i)
        loot.items[i] = slot(head + i).load(std::memory_order_relaxed);
      // release pairs with the acquire in push(): the reads above come before the slots' next
      // writes. relaxed on failure: the next round loads again.
      if (head_.compare_exchange_strong(head, head + loot.count, std::memory_order_release,
                                        std::memory_order_relaxed))
        return;
    }
  }

  /// Owner only: what pop() gives after `ahead` others; anything if there is no such item. A hint.
  T peek(std::uint32_t ahead) const {
    // relaxed: a hint.
    return slots_[(head_.load(std::memory_order_relaxed) + ahead) & (kCapacity - 1)].load(
        std::memory_order_relaxed);
  }

  /// Owner only: a mark behind all that there is; and whether that has been taken since.
  std::uint32_t mark() const {
    return tail_.load(std::memory_order_relaxed);  // relaxed: the owner wrote it.
  }
  bool is_past(std::uint32_t mark) const {
    // relaxed: a hint. As numbers that wrap around.
    return static_cast<std::int32_t>(head_.load(std::memory_order_relaxed) - mark) >= 0;
  }

  /// Any thread: how many have been taken since ever, and how many there are.
  struct Fill {
    std::uint32_t taken = 0;
    std::uint32_t size = 0;
  };
  Fill fill() const {
    // acquire, seq_cst: as in take_half(), so that a sleeper which sees nothing here may rely on it.
    const std::uint32_t head = head_.load(std::memory_order_acquire);
    return {head, tail_.load(std::memory_order_seq_cst) - head};
  }

 protected:
  template <class U>
  using Atomic = typename Atomics::template Atomic<U>;

  static std::uint32_t fitting(std::span<const T> items, std::uint32_t used) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(items.size(), kCapacity - used));
  }

  Atomic<T>& slot(std::uint32_t index) { return slots_[index & (kCapacity - 1)]; }

  // Own lines: thieves hammer head_, the owner writes tail_.
  alignas(128) Atomic<std::uint32_t> head_{0};
  alignas(128) Atomic<std::uint32_t> tail_{0};
  alignas(128) std::array<Atomic<T>, kCapacity> slots_{};
};

}  // namespace gauntlet::impls::work_stealing
