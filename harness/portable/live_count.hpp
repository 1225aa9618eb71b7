// SPDX-License-Identifier: Apache-2.0
// Counts goroutines that have not ended, for runtimes that do not count their own: run() waits for none.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace gauntlet {

class LiveCount {
 public:
  /// A goroutine starts; called by its parent, so the count cannot touch 0 in between.
  void add() {
    // relaxed: the parent is itself counted, so this publishes nothing; wait_for_none() reads later.
    count_.fetch_add(1, std::memory_order_relaxed);
  }

  /// As add(), on a thread that is not counted. False: there is none any more, and nothing was added.
  bool add_to_living() {
    // relaxed: a first guess, and on failure a guess again.
    std::int64_t living = count_.load(std::memory_order_relaxed);
    while (living > 0) {
      // acquire: what follows does not come before it.
      if (count_.compare_exchange_weak(living, living + 1, std::memory_order_acquire,
                                       std::memory_order_relaxed))
        return true;
    }
    return false;
  }

  /// The goroutine has ended; its last act. True for the last of all.
  bool remove() {
    // acq_rel: the last one, and through it wait_for_none(), sees what all goroutines did.
    if (count_.fetch_sub(1, std::memory_order_acq_rel) != 1) return false;
    { const std::lock_guard lock(mutex_); }  // A waiter that has looked is asleep by now.
    none_.notify_all();
    return true;
  }

  /// Blocks the calling OS thread (not a goroutine) until every goroutine has ended.
  void wait_for_none() {
    std::unique_lock lock(mutex_);
    // acquire pairs with remove().
    none_.wait(lock, [this] { return count_.load(std::memory_order_acquire) == 0; });
  }

  /// A snapshot, for reports.
  std::int64_t now() const { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> count_{0};
  std::mutex mutex_;  // Orders the last remove() with a wait_for_none() that is about to sleep.
  std::condition_variable none_;
};

}  // namespace gauntlet
