// SPDX-License-Identifier: Apache-2.0
// An unbuffered channel written by hand on two verbs, suspend and resume: the least that two
// parties need.
//
// One sender and one receiver; whoever comes first parks in the one place there is. Under the lock
// the waiter is published; the lock is released from within suspend().
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace gauntlet::overhead {

template <class Verbs>
class Handoff {
 public:
  void send(std::int64_t value) {
    lock();
    if (waiter_ != nullptr) {
      waiter_->value = value;
      wake();
      return;
    }
    park(value);
  }

  std::int64_t recv() {
    lock();
    if (waiter_ != nullptr) {
      const std::int64_t value = waiter_->value;
      wake();
      return value;
    }
    return park(0);
  }

 private:
  struct Waiter {
    std::int64_t value;
    typename Verbs::Handle handle{};
  };

  void lock() {
    // acquire pairs with the release in unlock().
    while (locked_.exchange(true, std::memory_order_acquire)) {
      // relaxed: a hint; the exchange orders.
      while (locked_.load(std::memory_order_relaxed)) Verbs::relax();
    }
  }
  void unlock() {
    // release pairs with the acquire in lock().
    locked_.store(false, std::memory_order_release);
  }

  /// Locked on entry, unlocked on return.
  void wake() {
    const auto handle = std::exchange(waiter_, nullptr)->handle;
    unlock();
    Verbs::resume(handle);
  }

  /// The same. Returns what the other party left.
  std::int64_t park(std::int64_t value) {
    Waiter self{.value = value};
    waiter_ = &self;
    Verbs::suspend([this, &self](typename Verbs::Handle handle) {
      self.handle = handle;
      unlock();
      return true;
    });
    return self.value;
  }

  std::atomic<bool> locked_{false};
  Waiter* waiter_ = nullptr;  // Guarded by locked_.
};

/// One pass: two goroutines, two channels. `Join` counts the two down and waits on a goroutine.
template <class Verbs, class Join>
std::int64_t ping_pong(std::int64_t ops) {
  Handoff<Verbs> ping;
  Handoff<Verbs> pong;
  Join players;
  std::int64_t sum = 0;
  Verbs::go([&] {
    for (std::int64_t i = 0; i < ops; ++i) {
      ping.send(i);
      sum += pong.recv();
    }
    players.done();
  });
  Verbs::go([&] {
    for (std::int64_t i = 0; i < ops; ++i) pong.send(ping.recv() + 1);
    players.done();
  });
  players.wait();
  return sum;
}

}  // namespace gauntlet::overhead
