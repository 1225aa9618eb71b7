// SPDX-License-Identifier: Apache-2.0
// One OS thread that runs goroutines: its own first, then strangers', then stolen ones; else it
// sleeps.
//
// Fairness: what was woken last runs first, but at most kLongestStreak times in a row while others
// wait in the queue; every kOutsideEvery-th goroutine comes from the queue of other threads, if it
// has one.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>

#include "harness/contract/trampoline.hpp"
#include "impls/coro/idle_workers.hpp"
#include "impls/coro/next_slot.hpp"
#include "impls/coro/parker.hpp"
#include "impls/coro/run_queue.hpp"

namespace gauntlet::impls::coro {

/// Pool is what the workers share; see pool.hpp for what a worker asks of it.
template <class Pool>
class alignas(128) Worker {
 public:
  using Handle = std::coroutine_handle<>;

  explicit Worker(Pool& pool) : pool_(pool) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// The worker whose thread this is; null on any other thread.
  static Worker* current() { return current_; }

  /// Precondition: no run is on.
  void prepare(bool alone, std::uint64_t seed) {
    queue_.set_shared(!alone);
    next_.set_shared(!alone);
    random_ = seed | 1U;
    live_ = 0;
  }

  /// Runs goroutines on the calling thread until the run is over.
  void work() {
    current_ = this;
    while (Handle goroutine = find()) {
      // relaxed: thieves only ask whether it changes; and this thread alone writes it.
      resumed_.store(resumed_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      Trampoline::run(goroutine);
    }
    current_ = nullptr;
  }

  // The verbs, on this worker's thread.

  void start(Handle goroutine) {
    ++live_;
    queue_.push(goroutine);
    if (pool_.idle.wanted()) pool_.idle.wake_one();
  }

  void make_ready(Handle goroutine) {
    // Nobody is woken for the one in the slot: this worker runs it next, while its data is warm.
    Handle displaced = next_.put(goroutine);
    if (!displaced) return;
    queue_.push(displaced);
    if (pool_.idle.wanted()) pool_.idle.wake_one();
  }

  void let_others_run(Handle goroutine) {
    const std::size_t others = queue_.push(goroutine);
    if (others > 0 && pool_.idle.wanted()) pool_.idle.wake_one();
  }

  void one_ended() { --live_; }

  /// Started minus ended on this worker; the sum over all is what lives. Precondition: it is
  /// registered as asleep, and the caller holds the lock under which it registered.
  std::int64_t live() const { return live_; }

 private:
  static constexpr unsigned kLongestStreak = 4;
  static constexpr std::uint64_t kOutsideEvery =
      61;  // A prime, as in Go: no pattern of ours fits it.
  static constexpr int kSearchRounds = 16;
  static constexpr int kPausesPerRound = 16;

  /// The next goroutine to run; null when the run is over.
  Handle find() {
    if (++ticks_ % kOutsideEvery == 0 && !pool_.outside.looks_empty()) {
      if (Handle stranger = pool_.outside.pop()) return stranger;
    }
    if (Handle mine = take_own()) return mine;
    return search();
  }

  Handle take_own() {
    if (streak_ < kLongestStreak) {
      if (Handle next = next_.take()) {
        ++streak_;
        return next;
      }
    }
    streak_ = 0;
    if (Handle oldest = queue_.pop()) return oldest;
    return next_.take();
  }

  [[gnu::noinline]] Handle search() {
    bool searching = pool_.idle.may_search();
    for (;;) {
      if (searching) {
        if (Handle found = search_awhile()) {
          pool_.idle.found_work();
          return found;
        }
      }
      if (pool_.idle.lie_down(parker_, searching, [this] { return pool_.nothing_lives(); })) {
        pool_.end_run();
      } else if (Handle found = take_any(Certainty::kSure)) {
        if (!pool_.idle.get_up(parker_)) {
          parker_.wait();
          pool_.idle.found_work();
        }
        return found;
      }
      parker_.wait();
      if (pool_.is_over()) return nullptr;
      searching = true;  // Whoever woke this worker counted it.
    }
  }

  Handle search_awhile() {
    for (int round = 0; round < kSearchRounds; ++round) {
      if (Handle found = take_any(Certainty::kHint)) return found;
      for (int i = 0; i < kPausesPerRound; ++i) relax_cpu();
    }
    return nullptr;
  }

  /// kHint: passes by queues that look empty. kSure: takes every lock, as idle_workers.hpp demands.
  enum class Certainty : std::uint8_t { kHint, kSure };

  Handle take_any(Certainty certainty) {
    if (Handle found = raid(pool_.outside, certainty)) return found;
    const std::size_t workers = pool_.size();
    const std::size_t first = random_number() % workers;
    for (std::size_t i = 0; i < workers; ++i) {
      Worker& victim = pool_.worker((first + i) % workers);
      if (&victim == this) continue;
      if (Handle found = raid(victim.queue_, certainty)) return found;
      if (certainty == Certainty::kSure) {
        if (Handle stuck = victim.stuck_goroutine()) return stuck;
      }
    }
    return nullptr;
  }

  /// Takes half of a queue: runs the oldest, keeps the rest.
  Handle raid(RunQueue& queue, Certainty certainty) {
    if (certainty == Certainty::kHint && queue.looks_empty()) return nullptr;
    RunQueue::Loot loot;
    const std::size_t taken = queue.steal(loot);
    if (taken == 0) return nullptr;
    for (std::size_t i = 1; i < taken; ++i) queue_.push(loot[i]);
    if (taken > 1 && pool_.idle.wanted()) pool_.idle.wake_one();
    return loot[0];
  }

  /// Thief: the goroutine in the slot, if this worker has been busy with another one all the while
  /// since the slot was filled. Ping-pong partners are left together.
  Handle stuck_goroutine() {
    // relaxed: two snapshots some microseconds apart; a wrong guess costs a migration, nothing
    // else.
    const std::uint64_t before = resumed_.load(std::memory_order_relaxed);
    for (int i = 0; i < kPausesPerRound; ++i) relax_cpu();
    if (resumed_.load(std::memory_order_relaxed) != before) return nullptr;
    return next_.take();
  }

  std::uint64_t random_number() {
    random_ ^= random_ << 13U;
    random_ ^= random_ >> 7U;
    random_ ^= random_ << 17U;
    return random_;
  }

  static inline thread_local constinit Worker* current_ = nullptr;

  Pool& pool_;
  NextSlot next_;
  unsigned streak_ = 0;
  std::uint64_t ticks_ = 0;
  std::uint64_t random_ = 1;
  std::int64_t live_ = 0;
  Parker parker_;
  RunQueue queue_;
  alignas(64) std::atomic<std::uint64_t> resumed_{0};
};

}  // namespace gauntlet::impls::coro
