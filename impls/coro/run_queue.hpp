// SPDX-License-Identifier: Apache-2.0
// Ready goroutines, oldest first: each worker has one, and one more takes what other threads make
// ready.
//
// A ring under a lock of a few instructions. The lock is also one half of the promise that no
// wake-up is lost (see idle_workers.hpp), so whoever must know that a queue is empty asks under the
// lock.
//
// Rejected for now: Go's lock-free ring. It saves one atomic exchange of two per hand-over, and
// needs its own model check; the lock is skipped where there is one worker, which is where it would
// show most.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <span>

#include "harness/portable/spin_lock.hpp"

namespace gauntlet::impls::coro {

class alignas(64) RunQueue {
 public:
  using Handle = std::coroutine_handle<>;
  static constexpr std::size_t kMostStolen = 128;
  using Loot = std::array<Handle, kMostStolen>;

  /// `shared` is false where one thread alone uses the queue. Precondition: nobody uses it yet.
  void set_shared(bool shared) { shared_ = shared; }

  /// Returns how many were queued before. Grows when full.
  std::size_t push(Handle goroutine) {
    const Guard guard(*this);
    const std::size_t before = tail_ - head_;
    if (before == capacity_) [[unlikely]]
      grow();
    slots_[tail_++ & (capacity_ - 1)] = goroutine;
    publish_length();
    return before;
  }

  /// The oldest, or null.
  Handle pop() {
    const Guard guard(*this);
    if (head_ == tail_) return nullptr;
    Handle oldest = slots_[head_++ & (capacity_ - 1)];
    publish_length();
    return oldest;
  }

  /// Moves the older half to `loot`, at least one if there is one; returns how many.
  /// O(kMostStolen).
  std::size_t steal(Loot& loot) {
    const Guard guard(*this);
    const std::size_t length = tail_ - head_;
    const std::size_t taken = std::min((length + 1) / 2, kMostStolen);
    for (std::size_t i = 0; i < taken; ++i) loot[i] = slots_[head_++ & (capacity_ - 1)];
    publish_length();
    return taken;
  }

  /// A hint: it may be outdated when it returns.
  bool looks_empty() const {
    // relaxed: publishes nothing; who acts on it takes the lock, who must be sure does not ask
    // here.
    return length_.load(std::memory_order_relaxed) == 0;
  }

 private:
  struct Guard {
    explicit Guard(RunQueue& held) : queue(held) {
      if (queue.shared_) queue.lock_.lock();
    }
    ~Guard() {
      if (queue.shared_) queue.lock_.unlock();
    }
    RunQueue& queue;
  };

  void publish_length() {
    // relaxed: see looks_empty().
    length_.store(tail_ - head_, std::memory_order_relaxed);
  }

  /// The one allocation under the lock: it doubles, so it is rare.
  void grow() {
    const std::size_t wider = capacity_ * 2;
    auto slots = std::make_unique<Handle[]>(wider);
    for (std::size_t i = head_; i != tail_; ++i)
      slots[i & (wider - 1)] = slots_[i & (capacity_ - 1)];
    slots_ = std::move(slots);
    capacity_ = wider;
  }

  static constexpr std::size_t kFirstCapacity = 256;

  SpinLock lock_;  // Guards all below but length_. Nobody runs, sleeps or wakes another under it.
  bool shared_ = true;
  std::size_t head_ =
      0;  // Both only grow; the slot is the index modulo the capacity, a power of two.
  std::size_t tail_ = 0;
  std::size_t capacity_ = kFirstCapacity;
  std::unique_ptr<Handle[]> slots_ = std::make_unique<Handle[]>(kFirstCapacity);
  std::atomic<std::size_t> length_{0};
};

}  // namespace gauntlet::impls::coro
