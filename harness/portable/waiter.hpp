// SPDX-License-Identifier: Apache-2.0
// One parked goroutine in one queue, and the queue: first in, first out, any one out in O(1).
//
// A Waiter lives in the frame of the goroutine that waits. Whoever takes it out of its queue (under the
// lock of the object that owns the queue) owes it one resume(), and may touch it until then only.
#pragma once

#include <cstddef>
#include <utility>

#include "harness/contract/race_detector.hpp"

namespace gauntlet {

template <class R>
struct Waiter {
  typename R::Handle handle{};
  bool ok = false;  ///< Set by the waker: was the operation done (true) or ended by close (false)?
  Waiter* next = nullptr;
  Waiter* prev = nullptr;
  [[no_unique_address]] race::Owner owner;
};

/// W derives from Waiter<R>. Guarded by the owner's lock.
template <class W>
class WaitQueue {
 public:
  bool empty() const { return first_ == nullptr; }
  W* front() const { return first_; }

  std::size_t size() const {
    std::size_t count = 0;
    for (auto* waiter = first_; waiter != nullptr; waiter = after(waiter)) ++count;
    return count;
  }

// The queue holds frames' addresses by design: a frame cannot go before its waiter is out of the queue.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdangling-pointer"
#endif
  void push(W* waiter) {
    waiter->next = nullptr;
    waiter->prev = last_;
    if (last_ != nullptr)
      last_->next = waiter;
    else
      first_ = waiter;
    last_ = waiter;
  }

  void push_front(W* waiter) {
    waiter->prev = nullptr;
    waiter->next = first_;
    if (first_ != nullptr)
      first_->prev = waiter;
    else
      last_ = waiter;
    first_ = waiter;
  }

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

  /// The longest-waiting one, or null.
  W* pop() {
    W* waiter = first_;
    if (waiter == nullptr) return nullptr;
    first_ = after(waiter);
    if (first_ != nullptr)
      first_->prev = nullptr;
    else
      last_ = nullptr;
    return waiter;
  }

  /// Precondition: `waiter` is in this queue.
  void remove(W* waiter) {
    if (waiter->prev != nullptr)
      waiter->prev->next = waiter->next;
    else
      first_ = after(waiter);
    if (waiter->next != nullptr)
      waiter->next->prev = waiter->prev;
    else
      last_ = static_cast<W*>(waiter->prev);
  }

  /// Everyone, as a chain through `next`; the queue is empty afterwards.
  W* take_all() {
    last_ = nullptr;
    return std::exchange(first_, nullptr);
  }

  static W* after(const W* waiter) { return static_cast<W*>(waiter->next); }

 private:
  W* first_ = nullptr;
  W* last_ = nullptr;
};

}  // namespace gauntlet
