// SPDX-License-Identifier: Apache-2.0
// The queue that all workers share: what foreign threads make ready, and what does not fit into a
// ring. First in first out, under a lock: workers come here rarely and take a batch.
//
// It holds pointers and touches nothing behind them: to link a hundred thousand goroutines that have left
// the caches would cost a miss each, one after the other.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include "harness/contract/panic.hpp"
#include "harness/portable/spin_lock.hpp"
#include "impls/work_stealing/ready.hpp"

namespace gauntlet::impls::work_stealing {

class InjectionQueue {
 public:
  /// Any thread. Tell the idle workers afterwards.
  void push(std::span<Ready* const> ready) {
    lock_.lock();
    while (room() < ready.size()) grow();
    for (Ready* each : ready) slots_[tail_++ & (capacity_ - 1)] = each;
    // seq_cst, and Dekker with idle.hpp: [push: store size_, load the idle word] against [sleeper:
    // change the idle word, load size_ in take()].
    size_.store(tail_ - head_, std::memory_order_seq_cst);
    lock_.unlock();
  }

  /// A hint, for those who look again before they sleep.
  bool seems_empty() const { return !seems_to_hold(1); }
  bool seems_to_hold(std::size_t least) const {
    return size_.load(std::memory_order_relaxed) >= least;  // relaxed: a hint.
  }

  /// Fills `taken` from its begin, with no more than a fair share of what is there for each of `takers`. Says
  /// how many.
  std::size_t take(std::span<Ready*> taken, std::size_t takers) {
    // seq_cst: Dekker, see push(). The lock orders the rest.
    if (size_.load(std::memory_order_seq_cst) == 0) return 0;
    lock_.lock();
    const std::size_t size = tail_ - head_;
    const std::size_t share = std::min({taken.size(), size / takers + 1, size});
    for (Ready*& each : taken.first(share)) each = slots_[head_++ & (capacity_ - 1)];
    // relaxed: it only falls here, and a sleeper that still sees the old value looks in vain.
    size_.store(tail_ - head_, std::memory_order_relaxed);
    lock_.unlock();
    return share;
  }

 private:
  static constexpr std::size_t kFirstCapacity = 1024;

  std::size_t room() const { return capacity_ - (tail_ - head_); }

  /// Locked on entry and on return, not in between.
  [[gnu::noinline]] void grow() {
    const std::size_t larger = capacity_ == 0 ? kFirstCapacity : 2 * capacity_;
    lock_.unlock();
    std::unique_ptr<Ready*[]> slots(new (std::nothrow) Ready*[larger]);
    if (slots == nullptr) panic("no memory for the queue of ready goroutines");
    lock_.lock();
    if (capacity_ >= larger) return;  // Another thread was faster.
    const std::size_t size = tail_ - head_;
    for (std::size_t i = 0; i < size; ++i) slots[i] = slots_[(head_ + i) & (capacity_ - 1)];
    slots_ = std::move(slots);
    capacity_ = larger;
    head_ = 0;
    tail_ = size;
  }

  SpinLock lock_;  // Guards all below. Nothing else happens under it.
  std::unique_ptr<Ready*[]> slots_;
  std::size_t capacity_ = 0;  // A power of two, once there are slots.
  std::size_t head_ = 0;      // Taken since ever, and pushed.
  std::size_t tail_ = 0;
  std::atomic<std::size_t> size_{0};
};

}  // namespace gauntlet::impls::work_stealing
