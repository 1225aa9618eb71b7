// SPDX-License-Identifier: Apache-2.0
// A read-write mutex that parks goroutines. After Go's sync.RWMutex; rules M3 and M6.
//
// One word: bit 0 a writer holds it, bit 1 somebody waits, above them the number of readers. While
// nobody waits, each call is one compare-exchange. Once somebody waits, newcomers queue as well, so a
// waiting writer sees readers leave and none come: it is not starved. A writer that leaves lets in all
// readers that wait before the next writer: readers are not starved either. Whoever is let in has
// the mutex already when it wakes, so a call parks once at most.
//
// Invariants under the lock:
//   - bit 1 is set exactly while a queue is not empty;
//   - readers wait only behind a writer, one that holds or one that waits.
//
// A reader's lock synchronises with readers that have left, which Go does not promise: one word
// cannot tell them apart. Nobody may rely on it.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "harness/contract/panic.hpp"
#include "harness/contract/race_detector.hpp"
#include "harness/portable/biased_atomic.hpp"
#include "harness/portable/resume_chain.hpp"
#include "harness/portable/spin_lock.hpp"
#include "harness/portable/wait_place.hpp"
#include "harness/portable/waiter.hpp"

namespace gauntlet {

/// Atomics: see BasicSpinLock.
template <class R, class Atomics = ObjectAtomics<R>>
class RwMutexCore final : public WaitPlace {
 public:
  RwMutexCore() { enlist(); }
  ~RwMutexCore() { delist(); }

  /// M6: takes it for writing only when it is free.
  bool try_lock() {
    const race::Hidden hidden;
    std::uint32_t free = 0;
    // acquire pairs with the release in unlock() and runlock(): what the last holders did is seen.
    const bool taken = state_.compare_exchange_strong(free, kWriter, std::memory_order_acquire,
                                                      std::memory_order_relaxed);
    if (taken) declare_taken(kWriter);
    return taken;
  }

  /// M6: takes it for reading only when no writer holds it or waits for it.
  bool try_rlock() {
    const race::Hidden hidden;
    // relaxed: a first guess; the compare-exchange orders.
    std::uint32_t seen = state_.load(std::memory_order_relaxed);
    while ((seen & (kWriter | kQueued)) == 0) {
      // acquire pairs with the release in unlock(). relaxed on failure: a guess again.
      if (state_.compare_exchange_weak(seen, seen + kReader, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
        declare_taken(kReader);
        return true;
      }
    }
    return false;
  }

  /// True: locked. False: `self` is queued and the lock is held; suspend with stay_parked(), and on
  /// return it is locked.
  bool start_lock(Waiter<R>& self) { return try_lock() || start(self, writers_, ~0U, kWriter); }
  bool start_rlock(Waiter<R>& self) {
    return try_rlock() || start(self, readers_, kWriter | kQueued, kReader);
  }

  void stay_parked(Waiter<R>& self, typename R::Handle handle) {
    const race::Hidden hidden;
    self.handle = handle;
    lock_.unlock();
  }
  /// The same in two halves: who has set `self.handle` leaves by the release of this byte.
  auto& lock_byte() { return lock_.byte(); }

  void unlock() {
    const race::Hidden hidden;
    race::release(&writers_);
    std::uint32_t seen = kWriter;
    // release pairs with the acquire of the next holder. The last touch: that one may end the object.
    if (state_.compare_exchange_strong(seen, 0, std::memory_order_release,
                                       std::memory_order_relaxed))
      return;
    if ((seen & kWriter) == 0) panic("unlock of unlocked read-write mutex");
    let_in(/*readers_first=*/true);
  }

  void runlock() {
    const race::Hidden hidden;
    race::release(&readers_);
    // relaxed: a first guess; the compare-exchange orders.
    std::uint32_t seen = state_.load(std::memory_order_relaxed);
    do {
      if (seen < kReader) panic("runlock of read-write mutex that is not read-locked");
      // release: the next writer sees this reader's end. acquire: the last reader, which hands the
      // mutex over, passes on what the others did. The last touch, unless somebody waits.
    } while (!state_.compare_exchange_weak(seen, seen - kReader, std::memory_order_acq_rel,
                                           std::memory_order_relaxed));
    if (seen - kReader == kQueued) let_in(/*readers_first=*/false);
  }

 private:
  static constexpr std::uint32_t kWriter = 1;
  static constexpr std::uint32_t kQueued = 2;
  static constexpr std::uint32_t kReader = 4;

  using Queue = WaitQueue<Waiter<R>>;

  /// The way of those who found it taken: under the lock, once more; then into `queue`.
  [[gnu::noinline]] bool start(Waiter<R>& self, Queue& queue, std::uint32_t hindrances, std::uint32_t held) {
    const race::Hidden hidden;
    lock_.lock();
    // relaxed: a first guess.
    std::uint32_t seen = state_.load(std::memory_order_relaxed);
    for (;;) {
      const bool free = (seen & hindrances) == 0;
      // acquire as in try_lock(). kQueued under lock_ makes the holders' unlock come here.
      if (!state_.compare_exchange_weak(seen, free ? seen + held : seen | kQueued,
                                        std::memory_order_acquire, std::memory_order_relaxed))
        continue;
      if (!free) break;
      lock_.unlock();
      declare_taken(held);
      return true;
    }
    queue.push(&self);
    return false;
  }

  /// To a race detector: a reader sees the writers before it, a writer the readers, too; readers do not
  /// see each other (N8). The tokens are the two queues.
  void declare_taken(std::uint32_t held) {
    race::acquire(&writers_);
    if (held == kWriter) race::acquire(&readers_);
  }

  /// Precondition: somebody waits, and the caller was the last to hold it: the word is its alone,
  /// but for those who look in vain.
  [[gnu::noinline]] void let_in(bool readers_first) {
    lock_.lock();
    Waiter<R>* first = nullptr;
    std::uint32_t held = 0;
    if (writers_.empty() || (readers_first && !readers_.empty())) {
      first = readers_.take_all();
      for (Waiter<R>* each = first; each != nullptr; each = each->next) {
        each->owner.acquires(&writers_);
        held += kReader;
      }
    } else {
      first = writers_.pop();
      first->next = nullptr;
      first->owner.acquires(&writers_);
      first->owner.acquires(&readers_);
      held = kWriter;
    }
    if (!writers_.empty() || !readers_.empty()) held |= kQueued;
    // release pairs with the acquire of later calls; those let in are ordered by resume().
    state_.store(held, std::memory_order_release);
    lock_.unlock();
    resume_chain<R>(first);  // The object may die as soon as the last of them is resumed.
  }

  void describe(std::string& text) const override {
    const race::Hidden hidden;
    if (!lock_patiently(lock_)) return;
    // relaxed: a snapshot for a person.
    const std::uint32_t state = state_.load(std::memory_order_relaxed);
    if ((state & kQueued) != 0) {
      const std::string holders =
          (state & kWriter) != 0 ? "locked" : std::to_string(state / kReader) + " readers";
      text += "read-write mutex (" + holders + "): " + std::to_string(writers_.size()) +
              " wait to write, " + std::to_string(readers_.size()) + " wait to read\n";
    }
    lock_.unlock();
  }

  typename Atomics::template Atomic<std::uint32_t> state_{0};
  mutable BasicSpinLock<Atomics> lock_;  // Guards the queues. Nobody is resumed under it.
  Queue writers_;
  Queue readers_;
};

}  // namespace gauntlet
