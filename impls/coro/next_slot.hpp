// SPDX-License-Identifier: Apache-2.0
// The goroutine that its worker runs next: the one woken last, while its data is still in the
// cache. After Go's runnext.
//
// The owner alone fills it. A thief may empty it, but only when the owner has run nothing else for
// a while (see Worker): two goroutines that play ping-pong stay on one core.
#pragma once

#include <atomic>
#include <coroutine>

namespace gauntlet::impls::coro {

class NextSlot {
 public:
  using Handle = std::coroutine_handle<>;

  void set_shared(bool shared) { shared_ = shared; }

  /// Owner: puts `goroutine` in; returns the one it displaces, or null.
  Handle put(Handle goroutine) {
    // relaxed: null stays null, because only the owner fills; a full slot is checked by the
    // exchange.
    if (goroutine_.load(std::memory_order_relaxed) == nullptr || !shared_) {
      void* displaced = goroutine_.load(std::memory_order_relaxed);
      // release pairs with the acquire in take(): a thief sees the goroutine's frame.
      goroutine_.store(goroutine.address(), std::memory_order_release);
      return Handle::from_address(displaced);
    }
    // release as above. No acquire: what it displaces, this thread put there.
    return Handle::from_address(
        goroutine_.exchange(goroutine.address(), std::memory_order_release));
  }

  /// Anyone: empties it; null if it was empty.
  Handle take() {
    // relaxed: null needs no order, and what is not null is taken by the exchange.
    void* found = goroutine_.load(std::memory_order_relaxed);
    if (found == nullptr) return nullptr;
    if (shared_) {
      // acquire pairs with the release in put().
      found = goroutine_.exchange(nullptr, std::memory_order_acquire);
    } else {
      goroutine_.store(nullptr, std::memory_order_relaxed);  // One thread: it orders itself.
    }
    return Handle::from_address(found);
  }

 private:
  std::atomic<void*> goroutine_{nullptr};
  bool shared_ = true;
};

}  // namespace gauntlet::impls::coro
