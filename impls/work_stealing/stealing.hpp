// SPDX-License-Identifier: Apache-2.0
// How a worker that has run dry gets work from the others. Included by worker.hpp only.
//
// A goroutine that moves to another core costs both cores a fraction of a microsecond, and its wakers
// more. So a thief watches first: it takes from a ring whose worker is busy with one goroutine, or
// has more queued than it will run within kPatience rounds, and leaves the others (then it naps, see
// idle.hpp). After two thefts that brought next to nothing it naps as well. Fine-grained programs stay on the core
// on which they are fast. A pile in the shared queue is what rings could not hold: to take from it is a theft, too.
//
// And what has been spread over workers that now mostly wait for each other's locks comes together again: a worker that
// sees it gives all it has to the shared queue, and naps: its retreat. It takes nothing meanwhile, from that queue neither,
// unless everyone sleeps.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "harness/portable/spin_lock.hpp"

namespace gauntlet::impls::work_stealing {

[[gnu::noinline]] inline Ready* Worker::search(SearchReason reason) {
  left_work_ = false;
  if (reason != SearchReason::kAboutToSleep) was_sentinel_ = reason == SearchReason::kSentinel;
  if (reason == SearchReason::kAlarm)
    if (Ready* ready = take_due()) return ready;
  left_work_ = !alone_ && retreat_.stays_back(reason, shared_.in_retreat, shared_.process.idle);
  if (left_work_) return nullptr;
  if (Ready* ready = take_polled()) return ready;
  if (alone_) return take_shared(reason);
  if (reason == SearchReason::kAboutToSleep) {
    if (Ready* ready = take_shared(reason)) return ready;
    left_work_ = thefts_.are_futile();
    return left_work_ ? nullptr : steal_from_all();
  }
  if (reason == SearchReason::kOutOfWork)
    thefts_.ran_dry(ticks());
  else
    thefts_.try_again();
  if (thefts_.are_futile()) return take_shared(reason);
  const bool is_sentinel = reason == SearchReason::kSentinel;
  const std::uint32_t rounds = is_sentinel ? 1 : shared_.search_rounds;
  std::uint32_t pauses = kPausesPerRound;
  watch(/*first=*/true);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    if (Ready* ready = take_shared(reason)) return ready;
    for (std::uint32_t i = 0; i < pauses; ++i) relax_cpu();
    watch(/*first=*/false);
    left_work_ = false;
    if (Ready* ready = steal_from_all()) return ready;
  }
  return steal_stuck_runnext();
}

/// From the shared queue. A pile there is left to those who are awake while thefts are futile; taking from it counts as one.
[[gnu::noinline]] inline Ready* Worker::take_shared(SearchReason reason) {
  const bool is_theft = !alone_ && shared_.process.injected.seems_to_hold(kMostInjected * shared_.workers) &&
                        bias_seeker_.member().standing() != Standing::kHolder;
  if (!is_theft) return take_injected(kMostInjected);
  thefts_.ran_dry(ticks());
  if (thefts_.leave_it(reason, shared_.process.idle)) return nullptr;
  Ready* const ready = take_injected(kMostInjected);
  if (ready != nullptr) thefts_.stole(ticks(), kMostInjected);
  return ready;
}

/// Whoever the caller wakes or starts, because the time has come; or whom the timers' thread wakes, which comes at the same time.
[[gnu::noinline]] inline Ready* Worker::take_due() {
  for (std::uint32_t round = 0; round < shared_.search_rounds; ++round) {
    if (AlarmClock* clock = AlarmClock::running()) clock->wake_due();
    if (Ready* oldest = take_oldest()) return oldest;
    if (Ready* ready = pick_last()) return ready;
    for (std::uint32_t i = 0; i < kPausesPerRound; ++i) relax_cpu();
  }
  return nullptr;
}

/// Whoever may go on at a descriptor. The sentinel does not look: the poller's thread would stand by for it, and others be busy.
inline Ready* Worker::take_polled() {
  IoWatch* const io = IoWatch::running();
  if (io == nullptr || was_sentinel_ || !io->look()) return nullptr;
  if (Ready* oldest = take_oldest()) return oldest;
  return pick_last();
}

inline std::chrono::nanoseconds Worker::until_alarm() const {
  const AlarmClock* clock = AlarmClock::running();
  return clock == nullptr ? RealAtomics::kForever : clock->until_earliest();
}

/// Gives all that waits here to the others; the worker goes home, and naps. False: it is the last one, and
/// stays. What the goroutine that runs here wakes afterwards runs here; it counts as in retreat until it has napped.
[[gnu::noinline]] inline bool Worker::retreat() {
  if (!retreat_.begin(shared_.in_retreat, shared_.workers)) return false;
  retreats_.add();
  Ring::Loot all;
  if (Ready* woken = take_runnext()) {
    queued_wakes_.add();
    all.items[all.count++] = woken;
  }
  do {
    while (all.count < Ring::kMostTaken && (ring_.pop(all.items[all.count]) || new_.pop(all.items[all.count]))) ++all.count;
    shared_.process.injected.push(std::span(all.items).first(all.count));
  } while (std::exchange(all.count, 0) == Ring::kMostTaken);
  shared_.process.idle.work_published();
  return true;
}

/// Notes how far every worker's queues have come.
inline void Worker::watch(bool first) {
  for (std::uint32_t i = 0; i < shared_.workers; ++i) {
    Watched& seen = watched_[i];
    const std::uint32_t taken = shared_.all[i]->ring_.fill().taken;
    seen.drained = first ? 0 : taken - seen.taken;
    seen.taken = taken;
    const New::Fill before = std::exchange(seen.fresh, shared_.all[i]->new_.fill());
    seen.fresh_stays = !first && before.size > 0 && before.taken == seen.fresh.taken;
  }
}

inline Ready* Worker::steal_from_all() {
  const std::uint32_t count = shared_.workers;
  // A random start, so that thieves spread.
  auto victim = static_cast<std::uint32_t>(random() % count);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (victim != index_)
      if (Ready* ready = steal_from(*shared_.all[victim])) return ready;
    victim = victim + 1 == count ? 0 : victim + 1;
  }
  return nullptr;
}

inline Ready* Worker::steal_from(Worker& victim) {
  const std::uint32_t drained = watched_[victim.index_].drained;
  const std::uint32_t size = victim.ring_.fill().size;
  if (size <= kPatience * drained) {
    left_work_ |= drained > 0;  // Maybe none at this instant: its worker is quick.
    return steal_new(victim);
  }
  Ring::Loot loot;
  victim.ring_.take_half(loot);
  if (loot.count == 0) return steal_new(victim);
  steals_.add(loot.count);
  thefts_.stole(ticks(), loot.count);
  return keep_all_but_first(loot);
}

/// Half of what has not begun, the oldest first, if that one has been there for a while.
inline Ready* Worker::steal_new(Worker& victim) {
  const std::uint32_t size = victim.new_.fill().size;
  if (size == 0) return nullptr;
  if (!watched_[victim.index_].fresh_stays) {
    left_work_ = true;
    return nullptr;
  }
  New::Loot loot;
  const std::uint32_t most = std::min(size - size / 2, New::kMostTaken);
  while (loot.count < most && victim.new_.steal(loot.items[loot.count])) ++loot.count;
  if (loot.count == 0) return nullptr;
  steals_.add(loot.count);
  thefts_.stole(ticks(), loot.count);
  // The own ones are empty. In this order, so that the oldest stays the last one's.
  new_.push_all(std::span(loot.items).subspan(1, loot.count - 1));
  return loot.items[0];
}

inline Ready* Worker::keep_all_but_first(const Ring::Loot& loot) {
  // The own ring is empty, and a loot is half a ring at most: all of it fits.
  ring_.push_all(std::span(loot.items).subspan(1, loot.count - 1));
  return loot.items[0];
}

/// Takes the runnext of a worker that has not picked since this one last looked.
inline Ready* Worker::steal_stuck_runnext() {
  for (std::uint32_t i = 0; i < shared_.workers; ++i) {
    Worker& victim = *shared_.all[i];
    if (&victim == this) continue;
    // relaxed: a guess, the compare-exchange decides.
    Goroutine* ready = victim.runnext_.load(std::memory_order_relaxed);
    const std::uint64_t picks = victim.picks();
    Watched& seen = watched_[i];
    const bool stuck = ready != nullptr && ready == seen.runnext && picks == seen.picks;
    seen.picks = picks;
    seen.runnext = ready;
    // acquire pairs with the release in exchange_runnext(). relaxed on failure: not ours.
    if (stuck && victim.runnext_.compare_exchange_strong(ready, nullptr, std::memory_order_acquire,
                                                         std::memory_order_relaxed)) {
      queued_wakes_.add();
      steals_.add();
      return ready;
    }
  }
  return nullptr;
}

/// xorshift64*: only has to spread thieves.
inline std::uint64_t Worker::random() {
  random_state_ ^= random_state_ >> 12;
  random_state_ ^= random_state_ << 25;
  random_state_ ^= random_state_ >> 27;
  return random_state_ * 0x2545F4914F6CDD1DULL >> 32;
}

}  // namespace gauntlet::impls::work_stealing
