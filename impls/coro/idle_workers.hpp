// SPDX-License-Identifier: Apache-2.0
// Who sleeps and who searches; nobody is left asleep while work waits.
//
// A worker without work searches for some microseconds (at most half of the workers at a time),
// then lies down. Whoever queues a goroutine wakes a sleeper only if nobody searches: the searcher
// will find it.
//
// No wake-up is lost, by a Dekker pair whose meeting point is the lock of the queue in question:
//   the one that queues:   lock queue, push, unlock; then read the two counts (wanted());
//   the one that lies down: change the counts (lie_down()); then lock every queue, look, unlock.
// Of the two critical sections on that queue one comes first. If it is the push, the look finds the
// goroutine. If it is the look, its unlock hands the changed counts to the pusher, who wakes the
// sleeper. So the counts need no order of their own, and the hot path of a push no fence.
//
// A searcher that finds work and was the last one wakes another (found_work()): the goroutines that
// were queued while it searched, with nobody woken, may be more than one.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

#include "harness/portable/spin_lock.hpp"

namespace gauntlet::impls::coro {

/// Sleeper has wake(), which any thread may call.
template <class Sleeper>
class IdleWorkers {
 public:
  /// Precondition: nobody runs.
  void set_workers(unsigned workers) {
    size_ = workers;
    asleep_.reserve(workers);
  }

  /// Should who has queued a goroutine wake a worker?
  bool wanted() const {
    // relaxed: ordered by the queue's lock, see above.
    const std::uint64_t counts = counts_.load(std::memory_order_relaxed);
    return counts != 0 && searching(counts) == 0;
  }

  /// False: enough of them search already, lie down at once.
  bool may_search() {
    // relaxed here and below: a count that publishes nothing; the lock or the queue's lock orders.
    std::uint64_t counts = counts_.load(std::memory_order_relaxed);
    do {
      if (2 * searching(counts) >= size_) return false;
    } while (!counts_.compare_exchange_weak(counts, counts + kSearcher, std::memory_order_relaxed));
    return true;
  }

  /// A searcher is about to run something.
  void found_work() {
    const std::uint64_t before = counts_.fetch_sub(kSearcher, std::memory_order_relaxed);
    if (searching(before) == 1 && before > kSearcher) wake_one();
  }

  /// Registers a sleeper; look at every queue again before it sleeps. True when all workers
  /// sleep and `nothing_lives()`, asked under the lock, holds: the run is over.
  template <class Predicate>
  bool lie_down(Sleeper& sleeper, bool was_searching, Predicate nothing_lives) {
    const Guard guard(lock_);
    counts_.fetch_add(kSleeper - (was_searching ? kSearcher : 0), std::memory_order_relaxed);
    asleep_.push_back(&sleeper);
    return asleep_.size() == size_ && nothing_lives();
  }

  /// True: no longer registered. False: somebody woke it already; its token comes, and it counts as
  /// a searcher.
  bool get_up(Sleeper& sleeper) {
    const Guard guard(lock_);
    const auto found = std::find(asleep_.begin(), asleep_.end(), &sleeper);
    if (found == asleep_.end()) return false;
    asleep_.erase(found);
    counts_.fetch_sub(kSleeper, std::memory_order_relaxed);
    return true;
  }

  /// Wakes the one that slept least, if any; it counts as a searcher from now on. From any thread.
  void wake_one() {
    lock_.lock();
    if (asleep_.empty() || searching(counts_.load(std::memory_order_relaxed)) > 0) {
      lock_.unlock();
      return;
    }
    Sleeper* sleeper = asleep_.back();
    asleep_.pop_back();
    counts_.fetch_add(kSearcher - kSleeper, std::memory_order_relaxed);
    lock_.unlock();
    sleeper->wake();
  }

  /// The end of a run. Precondition: lie_down() said true, so all of them sleep.
  void wake_all() {
    lock_.lock();
    std::vector<Sleeper*> sleepers;
    sleepers.swap(asleep_);
    counts_.fetch_sub(kSleeper * sleepers.size(), std::memory_order_relaxed);
    lock_.unlock();
    for (Sleeper* sleeper : sleepers) sleeper->wake();
  }

 private:
  struct Guard {
    explicit Guard(SpinLock& held) : lock(held) { lock.lock(); }
    ~Guard() { lock.unlock(); }
    SpinLock& lock;
  };

  static constexpr std::uint64_t kSearcher = 1;
  static constexpr std::uint64_t kSleeper = std::uint64_t{1} << 32U;
  static std::uint64_t searching(std::uint64_t counts) { return counts & (kSleeper - 1); }

  std::atomic<std::uint64_t> counts_{0};  // Sleepers in the high half, searchers in the low.
  std::uint64_t size_ = 0;                // All workers.
  SpinLock lock_;                         // Guards asleep_. Nobody is woken under it.
  std::vector<Sleeper*> asleep_;
};

}  // namespace gauntlet::impls::coro
