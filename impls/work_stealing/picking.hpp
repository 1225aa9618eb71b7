// SPDX-License-Identifier: Apache-2.0
// What a worker runs next, in the order that worker.hpp tells, and how it queues what is ready. Included by worker.hpp only.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace gauntlet::impls::work_stealing {

/// Precondition: the caller has counted why, see picks().
[[gnu::always_inline]] inline Ready* Worker::pick() {
  if (Goroutine* woken = pick_woken()) return woken;
  return pick_in_turn();
}

/// The commonest pick, inlined into every switch: who was woken last. Null: go on with pick_in_turn().
[[gnu::always_inline]] inline Goroutine* Worker::pick_woken() {
  if (--until_injection_ == 0) [[unlikely]]
    return nullptr;
  return runnext_runs_.read() == runnext_limit_ ? nullptr : run_woken();
}

/// Who is looked for where nobody was woken, or others have their turn. What is rare is called, so that the rest needs no frame.
[[gnu::noinline]] inline Ready* Worker::pick_in_turn() {
  if (until_injection_ == 0) [[unlikely]]
    if (Ready* ready = pick_by_period()) return ready;
  runnext_limit_ = runnext_runs_.read() + runnext_budget_;
  if (contention_.is_due()) [[unlikely]]
    if (sees_contention()) return nullptr;
  if (!new_.is_empty() && is_turn_of_new())
    if (Ready* ready = take_new()) return ready;
  if (Ready* oldest = take_oldest()) {
    if (ring_.fill().size >= kLongAbsence) Goroutine::fetch(ring_.peek(kFetchedAhead));
    return oldest;
  }
  return pick_last();
}

/// Everyone has a turn: so many new ones in a row, as neighbours in the ring are neighbours in memory; then all in the ring.
inline bool Worker::is_turn_of_new() {
  if (new_in_a_row_ == kNewInARow) {
    if (!ring_.is_past(round_)) return false;
    new_in_a_row_ = 0;
  }
  if (++new_in_a_row_ == kNewInARow) round_ = ring_.mark();
  return true;
}

/// The ring is empty, or thieves were faster.
[[gnu::noinline]] inline Ready* Worker::pick_last() {
  if (Goroutine* woken = run_woken()) return woken;
  if (Ready* ready = take_new()) return ready;
  return sees_injected() ? take_shared(SearchReason::kOutOfWork) : nullptr;
}

/// True: so much that the worker retreats.
[[gnu::noinline]] inline bool Worker::sees_contention() { return contention_.is_high(ticks()) && retreat(); }

/// Looks after what needs it only now and then. Null: neither was anything injected, nor is it the turn of who was woken.
[[gnu::noinline]] inline Ready* Worker::pick_by_period() {
  until_injection_ = kInjectionPeriod;
  // Where turns are long, who waits in the ring would wait for eight of them, once for each that is before it.
  const std::uint64_t now = turns_.took(kInjectionPeriod);
  if (now - generation_ > kGeneration) {
    new_.grow_older();
    generation_ = now;
  }
  runnext_budget_ = turns_.were_long() ? 1 : kRunnextBudget;
  if (new_.is_empty()) new_in_a_row_ = 0;  // A mark that is never looked at would wrap around.
  seek_bias();
  if (sees_injected())
    if (Ready* injected = take_injected(1)) return injected;
  return runnext_runs_.read() == runnext_limit_ ? nullptr : run_woken();
}

[[gnu::always_inline]] inline Goroutine* Worker::run_woken() {
  Goroutine* const woken = take_runnext();
  if (woken != nullptr) runnext_runs_.add();
  return woken;
}

// The lambdas below give values back: what they would reach by reference would lie in memory, in every pick.

[[gnu::always_inline]] inline Ready* Worker::take_oldest() {
  return unless_shared(
      [this] {
        Ready* oldest = nullptr;
        return ring_.pop_alone(oldest) ? oldest : nullptr;
      },
      [this] {
        Ready* oldest = nullptr;
        return ring_.pop(oldest) ? oldest : nullptr;
      });
}

[[gnu::noinline]] inline Ready* Worker::take_new() {
  if (new_.is_empty()) return nullptr;
  return unless_shared(
      [this] {
        Ready* newest = nullptr;
        return new_.pop_alone(newest) ? newest : nullptr;
      },
      [this] {
        Ready* newest = nullptr;
        return new_.pop(newest) ? newest : nullptr;
      });
}

[[gnu::always_inline]] inline Goroutine* Worker::take_runnext() {
  // relaxed: only the owner puts something in; the exchange orders what it takes.
  if (runnext_.load(std::memory_order_relaxed) == nullptr) return nullptr;
  return unless_shared(
      [this] {
        Goroutine* const last = runnext_.load(std::memory_order_relaxed);  // relaxed, both: one thread.
        runnext_.store(nullptr, std::memory_order_relaxed);
        return last;
      },
      // relaxed: the owner put it in; a thief may have taken it meanwhile, and then this gets null.
      [this] { return runnext_.exchange(nullptr, std::memory_order_relaxed); });
}

[[gnu::always_inline]] inline Goroutine* Worker::exchange_runnext(Goroutine* goroutine) {
  const auto put = [this, goroutine] {
    // release pairs with the acquire in steal_stuck_runnext().
    runnext_.store(goroutine, std::memory_order_release);
  };
  // relaxed: as in take_runnext().
  if (runnext_.load(std::memory_order_relaxed) == nullptr) {
    put();  // A thief never puts anything in.
    return nullptr;
  }
  return unless_shared(
      [this, put] {
        Goroutine* const before = runnext_.load(std::memory_order_relaxed);  // relaxed: one thread.
        put();
        return before;
      },
      [this, goroutine] { return runnext_.exchange(goroutine, std::memory_order_release); });
}

// noinline: its array is no part of the frame of everyone who parks.
[[gnu::noinline]] inline Ready* Worker::take_injected(std::size_t most) {
  std::array<Ready*, kMostInjected> taken;
  const std::size_t count = shared_.process.injected.take(
      std::span(taken).first(std::min(most, kMostInjected)), shared_.workers);
  if (count == 0) return nullptr;
  push_all(std::span(taken).first(count).subspan(1));
  return taken[0];
}

inline void Worker::make_all_ready(std::span<Goroutine* const> goroutines) {
  if (goroutines.size() == 1) return make_ready(*goroutines.front());
  queued_wakes_.add(goroutines.size());
  for_each_batch(goroutines, [this](std::span<Ready* const> batch) { push_all(batch); });
  if (!alone_) tell_idle(ring_.fill().size);
}

[[gnu::always_inline]] inline void Worker::tell_idle(std::uint32_t queued) {
  if (queued < kLongQueue || !turns_.are_worth_a_wake_up(queued)) [[likely]]
    shared_.process.idle.work_queued();
  else
    shared_.process.idle.work_published();
}

template <class Queue>
[[gnu::always_inline]] inline void Worker::push_to(Queue& queue, Ready& ready) {
  const std::uint32_t queued = unless_shared([&queue, &ready] { return queue.push_alone(&ready); },
                                             [&queue, &ready] { return queue.push(&ready); });
  if (queued == 0) [[unlikely]]
    spill(queue, ready);
  if (!alone_) tell_idle(queued);
}

/// To the end of the ring, and what does not fit to the shared queue. Tell the idle workers afterwards.
inline void Worker::push_all(std::span<Ready* const> ready) {
  const std::uint32_t pushed = unless_shared([&] { return ring_.push_all_alone(ready); },
                                             [&] { return ring_.push_all(ready); });
  if (pushed == ready.size()) [[likely]]
    return;
  shared_.process.injected.push(ready.subspan(pushed));
}

// It is full: the older part and `ready` go to the shared queue, where everyone sees them.
template <class Queue>
[[gnu::noinline]] inline void Worker::spill(Queue& queue, Ready& ready) {
  typename Queue::Loot loot;
  queue.take_half(loot);
  shared_.process.injected.push(std::span(loot.items).first(loot.count));
  Ready* const last = &ready;
  shared_.process.injected.push(std::span(&last, 1));
}

}  // namespace gauntlet::impls::work_stealing
