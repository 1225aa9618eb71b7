// SPDX-License-Identifier: Apache-2.0
// A read-write mutex that parks goroutines. After Go's sync.RWMutex; rules M3 and M6.
//
// One word: bit 0 a writer holds it, bit 1 somebody waits, above them the number of readers. While
// nobody waits, each call is one compare-exchange. Once somebody waits, newcomers queue as well, so a
// writer that waits for readers sees them leave and none come: the last of them hands it the mutex. It is
// not starved.
//
// A writer that leaves wakes all readers that wait, or else the next writer, and those compete with
// goroutines that are running, as in MutexCore: handed over, the mutex would be held by goroutines that do
// not run yet, whoever runs would queue behind them, and so on for ever (a convoy: every call parks). Who
// has lost once goes back to the front, and the next that leaves hands over to it: readers are not starved
// either.
//
// Invariants under the lock:
//   - while a queue is not empty, bit 1 is set or somebody who was woken is on its way to set it;
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
  /// `ok` after a resume: the mutex was handed over. Otherwise call start_lock() or start_rlock() again.
  struct Locker : Waiter<R> {
    bool lost_once = false;
  };

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
  bool start_lock(Locker& self) {
    // A woken one never takes the short way: it would leave those forgotten who still wait behind it.
    return (!self.lost_once && try_lock()) || start(self, writers_, kWriter);
  }
  bool start_rlock(Locker& self) {
    return (!self.lost_once && try_rlock()) || start(self, readers_, kReader);
  }

  void stay_parked(Locker& self, typename R::Handle handle) {
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
    wake_next();
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
    if (seen - kReader == kQueued) hand_over();
  }

 private:
  static constexpr std::uint32_t kWriter = 1;
  static constexpr std::uint32_t kQueued = 2;
  static constexpr std::uint32_t kReader = 4;

  using Queue = WaitQueue<Locker>;

  /// The way of those who found it taken, or were woken: under the lock, once more; then into `queue`.
  [[gnu::noinline]] bool start(Locker& self, Queue& queue, std::uint32_t held) {
    const race::Hidden hidden;
    lock_.lock();
    // relaxed: a first guess.
    std::uint32_t seen = state_.load(std::memory_order_relaxed);
    for (;;) {
      const bool free = lets_in(seen, held, self.lost_once);
      const std::uint32_t queued = free && nobody_waits() ? 0 : kQueued;
      // acquire as in try_lock(). kQueued under lock_ makes the holders' unlock come here.
      if (!state_.compare_exchange_weak(seen, (free ? seen + held : seen) | queued,
                                        std::memory_order_acquire, std::memory_order_relaxed))
        continue;
      if (!free) break;
      lock_.unlock();
      declare_taken(held);
      return true;
    }
    if (self.lost_once)
      queue.push_front(&self);
    else
      queue.push(&self);
    return false;
  }

  static bool lets_in(std::uint32_t state, std::uint32_t held, bool woken) {
    if (held == kWriter) return state == 0;
    if (!woken) return (state & (kWriter | kQueued)) == 0;
    // It came before whoever waits now. But kQueued alone is the last reader's, which is about to hand over.
    return (state & kWriter) == 0 && state != kQueued;
  }

  bool nobody_waits() const { return writers_.empty() && readers_.empty(); }

  /// To a race detector: a reader sees the writers before it, a writer the readers, too; readers do not
  /// see each other (N8). The tokens are the two queues.
  void declare_taken(std::uint32_t held) {
    race::acquire(&writers_);
    if (held == kWriter) race::acquire(&readers_);
  }

  /// Precondition: somebody waits, and the caller holds it for writing.
  [[gnu::noinline]] void wake_next() {
    lock_.lock();
    const bool to_readers = !readers_.empty();
    if ((to_readers ? readers_ : writers_).front()->lost_once) return let_in(to_readers);
    Locker* const first = take(to_readers);
    for (Locker* each = first; each != nullptr; each = Queue::after(each)) {
      each->ok = false;
      each->lost_once = true;
    }
    // release pairs with the acquire of whoever takes it next. Those who wait on are not forgotten: the woken set
    // kQueued when they try.
    state_.store(0, std::memory_order_release);
    lock_.unlock();
    resume_chain<R>(first);
  }

  /// Precondition: somebody waits, and the caller was the last reader: the word is its alone, but for those who
  /// look in vain.
  [[gnu::noinline]] void hand_over() {
    lock_.lock();
    let_in(/*to_readers=*/writers_.empty());
  }

  /// Locked on entry: gives it to all readers, or to the next writer.
  void let_in(bool to_readers) {
    Locker* const first = take(to_readers);
    std::uint32_t held = to_readers ? 0 : kWriter;
    for (Locker* each = first; each != nullptr; each = Queue::after(each)) {
      each->ok = true;
      each->owner.acquires(&writers_);
      if (to_readers)
        held += kReader;
      else
        each->owner.acquires(&readers_);
    }
    if (!nobody_waits()) held |= kQueued;
    // release pairs with the acquire of later calls; those let in are ordered by resume().
    state_.store(held, std::memory_order_release);
    lock_.unlock();
    resume_chain<R>(first);  // The object may die as soon as the last of them is resumed.
  }

  /// All readers or one writer, as a chain.
  Locker* take(bool readers) {
    if (readers) return readers_.take_all();
    Locker* const writer = writers_.pop();
    writer->next = nullptr;
    return writer;
  }

  void describe(std::string& text) const override {
    const race::Hidden hidden;
    if (!lock_patiently(lock_)) return;
    // relaxed: a snapshot for a person.
    const std::uint32_t state = state_.load(std::memory_order_relaxed);
    if (!nobody_waits()) {
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
