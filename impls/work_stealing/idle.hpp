// SPDX-License-Identifier: Apache-2.0
// Workers without work: they search, then sleep; whoever makes work wakes one of them. After Go's
// wakep/findRunnable (proc.go, "Worker thread parking/unparking"), with a counting semaphore for
// the sleep.
//
// One word counts searchers and sleepers. A worker that runs goroutines is neither.
//
//   running --await_work()--> searching --found--> running      (the last searcher to find wakes
//   another)
//                                 |  ^
//                       found no  |  | work_published() moved it, and left a permit; or its time
//                       was up
//                                 v  |
//                               sleeping
//
// No wake-up is lost: work_published() does nothing only while somebody searches or nobody sleeps.
// Every searcher, before it sleeps, first counts itself as a sleeper and then looks once more. That
// is a Dekker pair, all seq_cst: [producer: publish work, load the word] against [sleeper: change
// the word, look for work]. Either the producer sees a sleeper and no searcher, and wakes it, or
// the sleeper sees the work. A producer that relied on a searcher is safe as well: a searcher that
// finds work and was the last wakes the next one, whatever it found.
//
// A nap: a searcher that saw work and left it, because its worker will have done it sooner than
// another core could, sleeps for kNap at most and looks again. Meanwhile it is a sleeper that
// work_queued() does not wake: what it would be woken for is what it has just left. So work that is
// queued behind a goroutine that turns out to be long waits for a nap; work_published() wakes it.
//
// Permits: each move sleeper -> searcher by work_published() adds one permit, and each sleeper that
// leaves takes one, unless it moves itself back. Which sleeper takes which permit does not matter.
//
// What is *not* published (a worker's runnext slot) has no wake-up. One sleeper, the sentinel,
// therefore sleeps with a time limit while anybody works, and looks for work that is stuck.
//
// No more workers are woken than there are cores: they would take each other's turns, with locks in their hands. Those that are
// awake look before they sleep; and if something keeps them, the sentinel comes, however many are awake. Whoever goes
// running while there is none wakes another worker, who finds something or becomes it.
//
// Timers: one sleeper, the timekeeper, sleeps until the next one's time and wakes what is due. Without it they come as well,
// by another thread and one wake-up later, so nothing relies on it.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gauntlet::impls::work_stealing {

/// How a searcher came to search; how long it is worth to do so follows.
enum class SearchReason : std::uint8_t { kOutOfWork, kWoken, kSentinel, kAlarm, kAboutToSleep };

template <class Atomics>
class IdleWorkers {
 public:
  /// Before the workers of a run start. The object outlives runs: a foreign thread may still be
  /// inside work_published() for a goroutine that has ended since. The counts need no reset, see
  /// leave(). `most_awake`: no more are woken than that.
  void begin_run(std::uint32_t workers, std::uint32_t most_awake) {
    workers_ = workers;
    // relaxed, both: the workers' threads are started after this.
    spare_.store(workers - std::min(workers, most_awake), std::memory_order_relaxed);
    stopping_.store(false, std::memory_order_relaxed);
  }

  /// Any thread, after it published work that must not wait. `true`: somebody was woken.
  bool work_published() {
    return wake_one_if([spare = spare()](std::uint64_t word) { return sleepers(word) > spare; });
  }

  /// As work_published(), for work that a worker queued for itself: naps go on.
  bool work_queued() {
    return wake_one_if([spare = spare()](std::uint64_t word) { return sleepers(word) > nappers(word) + spare; });
  }

  /// A worker that has nothing to run. Returns what `source.search(reason)` found, or null when the
  /// run is over: stop() was called, or `source.all_ended()` was true while nothing was found.
  /// `source.left_work()`: the last search saw work and left it. `source.go_away()`, `come_back()`: around each sleep.
  /// `source.until_alarm()`: how long until a timer is due, or Atomics::kForever.
  template <class Source>
  auto await_work(Source& source) -> decltype(source.search(SearchReason::kOutOfWork)) {
    // seq_cst: see work_published(); a producer after this relies on us.
    word_.fetch_add(kSearcher, std::memory_order_seq_cst);
    SearchReason reason = SearchReason::kOutOfWork;
    for (;;) {
      // relaxed: a short cut; the load below is the one that counts.
      if (stopping_.load(std::memory_order_relaxed)) return leave();
      if (auto found = source.search(reason)) return found_work(found);
      // seq_cst: the sleeper's half of the Dekker pair. One step, so that the word is never without
      // us.
      word_.fetch_add(kSleeper - kSearcher, std::memory_order_seq_cst);
      if (auto found = source.search(SearchReason::kAboutToSleep)) {
        wake_oneself();
        return found_work(found);
      }
      if (source.all_ended()) stop();
      // seq_cst: Dekker with stop(): [stop: store stopping_, load the word] against [here].
      if (stopping_.load(std::memory_order_seq_cst)) {
        wake_oneself();
        return leave();
      }
      source.go_away();
      reason = source.left_work() ? nap() : sleep(source.until_alarm());
      source.come_back();
    }
  }

  /// Any thread: every await_work() returns null from now on.
  void stop() {
    // seq_cst: Dekker with await_work().
    stopping_.store(true, std::memory_order_seq_cst);
    std::uint64_t word = word_.load(std::memory_order_seq_cst);
    while (sleepers(word) > 0) wake_one_from(word);
  }

  /// From search(kAboutToSleep), so the caller is one of them: nobody else will look at what was published
  /// while the caller searched.
  bool everyone_sleeps() const {
    // seq_cst: of two workers that become sleepers at once, one sees the other.
    return sleepers(word_.load(std::memory_order_seq_cst)) == workers_;
  }

 private:
  template <class U>
  using Atomic = typename Atomics::template Atomic<U>;

  static constexpr std::uint64_t kSearcher = 1;
  static constexpr std::uint64_t kSleeper = std::uint64_t{1} << 16;
  static constexpr std::uint64_t kNapper = std::uint64_t{1} << 32;  // Counts as a sleeper as well.
  static constexpr std::chrono::nanoseconds kSentinelPeriod{1'000'000};
  static constexpr std::chrono::nanoseconds kNap{1'000'000};

  static std::uint64_t searchers(std::uint64_t word) { return word & (kSleeper - 1); }
  static std::uint64_t sleepers(std::uint64_t word) { return word >> 16 & (kSleeper - 1); }
  static std::uint64_t nappers(std::uint64_t word) { return word >> 32; }

  /// So many workers sleep even while there is work.
  std::uint32_t spare() const { return spare_.load(std::memory_order_relaxed); }  // relaxed: set before the run.

  /// Unless somebody searches: who does finds what was published. Inlined into every push, which wakes nobody mostly.
  template <class Wanted>
  [[gnu::always_inline]] bool wake_one_if(Wanted wanted) {
    // seq_cst: Dekker, see above.
    const std::uint64_t word = word_.load(std::memory_order_seq_cst);
    return wanted(word) && searchers(word) == 0 && wake_one_while(wanted, word);
  }
  template <class Wanted>
  [[gnu::noinline]] bool wake_one_while(Wanted wanted, std::uint64_t word) {
    do {
      if (wake_one_from(word)) return true;
    } while (wanted(word) && searchers(word) == 0);
    return false;
  }

  /// One try to make a sleeper a searcher; reloads `word`.
  bool wake_one_from(std::uint64_t& word) {
    // seq_cst on success: a later producer relies on this searcher. seq_cst on failure: the caller
    // decides again by it, as by the load in work_published().
    if (!word_.compare_exchange_strong(word, word - kSleeper + kSearcher, std::memory_order_seq_cst,
                                       std::memory_order_seq_cst))
      return false;
    word = word - kSleeper + kSearcher;
    // release pairs with the acquire in take_permit(): the woken sees what its waker did.
    permits_.fetch_add(1, std::memory_order_release);
    Atomics::wake(permits_, 1);
    return true;
  }

  /// A searcher stops searching, with work in hand.
  template <class Found>
  Found found_work(Found found) {
    // seq_cst: work that was published while we searched, and that nobody was woken for, is the
    // next one's.
    const std::uint64_t before = word_.fetch_sub(kSearcher, std::memory_order_seq_cst);
    if (searchers(before) != 1) return found;
    // relaxed: one that has left its duty has been a searcher since, and is seen through the word.
    if (has_sentinel_.load(std::memory_order_relaxed))
      work_queued();
    else
      wake_one_if([](std::uint64_t word) { return sleepers(word) > nappers(word); });
    return found;
  }

  /// The worker's last step in a run. Everyone leaves as a searcher, after its permit if it was due
  /// one, so that the word and the permits are back at zero for the next run.
  std::nullptr_t leave() {
    // relaxed: the run is over, nobody relies on this searcher.
    word_.fetch_sub(kSearcher, std::memory_order_relaxed);
    return nullptr;
  }

  /// A counted sleeper that is awake becomes a searcher again: by itself, or by a permit it was
  /// given. Never sleeps, because the caller may have work in hand.
  void wake_oneself() {
    for (;;) {
      // relaxed: a first guess, the compare-exchange checks it.
      std::uint64_t word = word_.load(std::memory_order_relaxed);
      while (sleepers(word) > 0) {
        // seq_cst: as in wake_one_from(). relaxed on failure: a guess again.
        if (word_.compare_exchange_strong(word, word - kSleeper + kSearcher,
                                          std::memory_order_seq_cst, std::memory_order_relaxed))
          return;
      }
      // No sleeper is counted, so each has a permit or is about to get one. A worker that falls
      // asleep now may take ours, and is then counted in our place: look at both until one is
      // there.
      if (take_permit()) return;
      Atomics::relax();
    }
  }

  bool take_permit() {
    // relaxed: a first guess.
    std::uint32_t permits = permits_.load(std::memory_order_relaxed);
    while (permits > 0) {
      // acquire pairs with the release in wake_one_from(). relaxed on failure: a guess again.
      if (permits_.compare_exchange_strong(permits, permits - 1, std::memory_order_acquire,
                                           std::memory_order_relaxed))
        return true;
    }
    return false;
  }

  /// Precondition: counted as a sleeper. Afterwards: counted as a searcher.
  SearchReason sleep(std::chrono::nanoseconds until_alarm) {
    // relaxed: whether anybody works; if that changes, the change comes with a wake-up.
    const bool all_asleep = sleepers(word_.load(std::memory_order_relaxed)) == workers_;
    const bool is_sentinel = !all_asleep && take_on(has_sentinel_);
    const bool keeps_time = until_alarm != Atomics::kForever && take_on(has_timekeeper_);
    if (!is_sentinel && !keeps_time) {
      while (!take_permit()) Atomics::sleep_while(permits_, 0);
      return SearchReason::kWoken;
    }
    const bool for_alarm = keeps_time && (!is_sentinel || until_alarm < kSentinelPeriod);
    const bool woken = take_permit_in(for_alarm ? until_alarm : kSentinelPeriod);
    // release, both: no data, as in take_on().
    if (is_sentinel) has_sentinel_.store(false, std::memory_order_release);
    if (keeps_time) has_timekeeper_.store(false, std::memory_order_release);
    if (woken) return SearchReason::kWoken;
    wake_oneself();
    return for_alarm ? SearchReason::kAlarm : SearchReason::kSentinel;
  }

  /// One sleeper has each of the two duties. False: another one has it.
  static bool take_on(Atomic<bool>& duty) {
    // acq_rel: no data, only who has it.
    return !duty.exchange(true, std::memory_order_acq_rel);
  }

  /// As sleep(), for kNap at most.
  SearchReason nap() {
    // relaxed, both: who does not see it wakes a napper, who looks. Taken back before the napper goes
    // on, so that the word is back at zero for the next run.
    word_.fetch_add(kNapper, std::memory_order_relaxed);
    const bool woken = take_permit_in(kNap);
    word_.fetch_sub(kNapper, std::memory_order_relaxed);
    if (woken) return SearchReason::kWoken;
    wake_oneself();
    return SearchReason::kSentinel;
  }

  /// Tries once before and once after one limited sleep.
  bool take_permit_in(std::chrono::nanoseconds limit) {
    if (take_permit()) return true;
    Atomics::sleep_while(permits_, 0, limit);
    return take_permit();
  }

  std::uint32_t workers_ = 0;
  Atomic<std::uint32_t> spare_{0};
  alignas(128) Atomic<std::uint64_t> word_{0};
  alignas(128) Atomic<std::uint32_t> permits_{0};
  Atomic<bool> has_sentinel_{false};
  Atomic<bool> has_timekeeper_{false};
  Atomic<bool> stopping_{false};
};

}  // namespace gauntlet::impls::work_stealing
