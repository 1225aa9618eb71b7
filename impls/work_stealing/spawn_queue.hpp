// SPDX-License-Identifier: Apache-2.0
// What a worker has started and not begun yet. The owner begins the newest first: it is the child of who ran last, its
// memory is warm, and of a tree only one branch is alive at a time. Thieves take the oldest, which is the largest branch. After
// Chase and Lev, "Dynamic circular work-stealing deque" (2005), its orders after Le, Pop, Cohen and Nardelli, "Correct and
// efficient work-stealing for weak memory models" (2013).
//
// Nobody starves: what has been there for a whole generation (the owner says how long that is) goes first, oldest first.
//
// A thief takes one at a time: between its look at the tail and its compare-exchange the owner may have taken the newest, which
// is seen only where that is the last one.
#pragma once

#include <atomic>
#include <cstdint>

#include "impls/work_stealing/run_queue.hpp"

namespace gauntlet::impls::work_stealing {

template <class T, class Atomics, std::uint32_t kCapacity = 1024>
class SpawnQueue : private RunQueue<T, Atomics, kCapacity> {
  using Oldest = RunQueue<T, Atomics, kCapacity>;
  using Oldest::head_;
  using Oldest::slot;
  using Oldest::tail_;

 public:
  using Oldest::kMostTaken;
  using Oldest::push;
  using Oldest::push_all;
  using Oldest::push_alone;
  using Oldest::take_half;  // Owner only, here.
  using typename Oldest::Fill;
  using typename Oldest::Loot;

  /// Any thread: how many have been taken from the old end since ever, and how many there are.
  Fill fill() const {
    const Fill now = Oldest::fill();
    return {now.taken, is_before(now.size, 0) ? 0 : now.size};  // An owner that finds it empty is below for a moment.
  }

  /// Owner only.
  bool is_empty() const {
    // relaxed, both: a thief only takes.
    return head_.load(std::memory_order_relaxed) == tail_.load(std::memory_order_relaxed);
  }

  /// Owner only: what is old, else the newest. False: empty, or thieves were faster.
  bool pop(T& item) { return has_old() ? Oldest::pop(item) : pop_newest(item); }
  /// Owner only, and only while no other thread can be a thief.
  bool pop_alone(T& item) { return has_old() ? Oldest::pop_alone(item) : pop_newest_alone(item); }

  /// Any thread: the oldest. False: empty, or others were faster.
  bool steal(T& item) {
    // acquire pairs with the release of whoever moved it: tail_ below is not older.
    std::uint32_t head = head_.load(std::memory_order_acquire);
    // seq_cst: Dekker with pop_newest(): [owner: store tail_, load head_] against [thieves: move head_, load tail_]. As an
    // acquire it pairs with the store in push(): the thief sees the slot, and the item's contents.
    const std::uint32_t tail = tail_.load(std::memory_order_seq_cst);
    if (is_before(tail, head + 1)) return false;
    // relaxed: as in take_half(); if the slot is reused by now, head_ has moved.
    item = slot(head).load(std::memory_order_relaxed);
    // seq_cst: Dekker; as a release it pairs with the acquire in push(). relaxed on failure: gives up.
    return head_.compare_exchange_strong(head, head + 1, std::memory_order_seq_cst, std::memory_order_relaxed);
  }

  /// Owner only: a generation is over. What was there at its beginning, and still is, is old.
  void grow_older() {
    old_end_ = lowest_;
    lowest_ = tail_.load(std::memory_order_relaxed);  // relaxed: the owner wrote it.
  }

 private:
  /// As numbers that wrap around.
  static bool is_before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

  bool has_old() const {
    return is_before(head_.load(std::memory_order_relaxed), old_end_);  // relaxed: a thief may have taken some: then others are.
  }

  bool pop_newest(T& item) {
    // relaxed: the owner wrote it.
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed) - 1;
    // seq_cst, both: Dekker, see steal().
    tail_.store(tail, std::memory_order_seq_cst);
    std::uint32_t head = head_.load(std::memory_order_seq_cst);
    if (is_before(tail, head)) {
      restore(tail + 1);
      return false;
    }
    item = slot(tail).load(std::memory_order_relaxed);  // relaxed: the owner wrote it.
    note_lowest(tail);
    if (head != tail) return true;
    // seq_cst: the last one, which thieves may be after, too. relaxed on failure: one of them has it.
    const bool mine = head_.compare_exchange_strong(head, head + 1, std::memory_order_seq_cst, std::memory_order_relaxed);
    restore(tail + 1);
    return mine;
  }

  bool pop_newest_alone(T& item) {
    if (is_empty()) return false;
    // relaxed throughout: one thread.
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed) - 1;
    item = slot(tail).load(std::memory_order_relaxed);
    tail_.store(tail, std::memory_order_relaxed);
    note_lowest(tail);
    return true;
  }

  void restore(std::uint32_t tail) {
    // release: a thief that reads it sees what push() has published before.
    tail_.store(tail, std::memory_order_release);
  }
  void note_lowest(std::uint32_t tail) {
    if (is_before(tail, lowest_)) lowest_ = tail;
  }

  // The owner's.
  std::uint32_t old_end_ = 0;  // What lies before it is old.
  std::uint32_t lowest_ = 0;   // Where the tail was lowest in this generation.
};

}  // namespace gauntlet::impls::work_stealing
