// SPDX-License-Identifier: Apache-2.0
// Go's select as a state machine that never blocks: rules S1 to S10 in harness/contract/channel.md. After the
// design of Go's runtime/select.go.
//
// 1. Lock all channels, each once, in the order of their addresses (so two selects never wait in a circle).
// 2. Look. Of the ready cases one is drawn with equal chances, and commits; then unlock, then resume whom it
//    was paired with. All is judged at one instant (S5): while the locks are held a case may only cease to be
//    ready, because its partner is a select that went elsewhere; then the look is repeated.
// 3. None is ready: leave (default), or queue one waiter per case, all behind one gate, and return WITH ALL
//    LOCKS HELD. The colour suspends the goroutine with stay_parked(), which publishes the handle and
//    unlocks: nobody finds a waiter of a goroutine that is not saved.
// 4. Resumed, finish() takes the losing waiters out of their queues, O(1) each. To do that it locks every
//    channel that has one, in the same order in which stay_parked() unlocks: so it cannot return, and end the
//    frame with all of this, before stay_parked() has unlocked the last one.
//
// It never pairs with itself (S6): it looks before it queues, and never looks again.
//
// Rejected: one channel after the other without holding the others. A select with default could then say
// that nothing is ready although at every instant something was.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "harness/contract/race_detector.hpp"
#include "harness/portable/biased_atomic.hpp"
#include "harness/portable/channel_state.hpp"
#include "harness/portable/for_ever.hpp"
#include "harness/portable/select_gate.hpp"
#include "harness/portable/uniform_choice.hpp"

namespace gauntlet {

/// One case as the select sees it. Stays where it is until the select is over.
template <class R, class Atomics = ObjectAtomics<R>>
struct SelectEntry {
  ChannelState<R, Atomics>* channel = nullptr;  ///< Null: a nil channel, never ready.
  ChannelWaiter<R, Atomics>* waiter = nullptr;  ///< The channel's Sender or Receiver.
  bool sends = false;
};

/// Atomics: see BasicSpinLock. Choice: draws among the ready; an explorer brings its own. kCases: how many there are, where
/// that is known when compiled.
template <class R, class Atomics = ObjectAtomics<R>, class Choice = ThreadChoice, std::size_t kCases = std::dynamic_extent>
class SelectCore {
 public:
  using Entry = SelectEntry<R, Atomics>;

  /// What was chosen.
  struct Outcome {
    std::size_t index = 0;  ///< Of the case, as given; of no case if it left with the default.
    bool panics = false;    ///< A send case whose channel is closed (S8).
  };

  /// `order` has room for as many as there are entries.
  SelectCore(std::span<Entry, kCases> entries, std::span<Entry*, kCases> order) : entries_(entries), order_(order) {
    for (Entry& entry : entries_)
      if (entry.channel != nullptr) put_in_order(entry);
    if (entries_.size() > kFew)
      std::sort(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(locks_), [](const Entry* a, const Entry* b) {
        return locks_before(*a, *b);
      });
  }
  template <class Room>
  explicit SelectCore(Room& room) : SelectCore(room.entries, room.order) {}
  SelectCore(const SelectCore&) = delete;
  SelectCore& operator=(const SelectCore&) = delete;

  /// True: over, see outcome(). False: every case is queued and every lock is held; suspend with
  /// stay_parked(), then finish().
  bool start() {
    const race::Hidden hidden;
    lock_all();
    if (committed()) return true;
    for_each_channel([this](ChannelState<R, Atomics>& channel, std::span<Entry*> cases) {
      shuffle(cases);
      for (Entry* entry : cases) {
        entry->waiter->gate = &gate_;
        entry->waiter->ok = false;  // A list's case may have been here before.
        channel.enqueue(*entry->waiter, entry->sends);
      }
    });
    return false;
  }

  /// Never waits. False: no case is ready (S3).
  bool start_or_leave() {
    const race::Hidden hidden;
    lock_all();
    if (committed()) return true;
    unlock_all();
    return false;
  }

  /// The last step of a park: publishes the handle. From suspend(), on whatever stack that runs. After the
  /// last unlock the frame with this object may be gone.
  void stay_parked(typename R::Handle handle) {
    const race::Hidden hidden;
    if (locks_ == 0) return ForEver::stay_parked();
    for (std::size_t i = 0; i < locks_; ++i) order_[i]->waiter->handle = handle;
    unlock_all();
  }

  /// Precondition: queued, parked and resumed.
  void finish() {
    const race::Hidden hidden;
    const ChannelWaiter<R, Atomics>* winner = gate_.winner();
    for_each_channel([winner](ChannelState<R, Atomics>& channel, std::span<Entry*> cases) {
      if (cases.size() == 1 && cases.front()->waiter == winner) return;
      channel.lock();
      for (Entry* entry : cases) channel.withdraw(*entry->waiter, entry->sends);
      channel.unlock();
    });
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i].waiter == winner) outcome_ = {i, entries_[i].sends && !winner->ok};
  }

  Outcome outcome() const { return outcome_; }
  std::size_t cases() const { return entries_.size(); }

 private:
  // So many are put in order as they come: std::sort() takes 47 instructions more for two, of the 740 of their whole select.
  static constexpr std::size_t kFew = 16;

  static bool locks_before(const Entry& a, const Entry& b) { return std::less<>{}(a.channel, b.channel); }

  void put_in_order(Entry& entry) {
    std::size_t place = locks_++;
    if (entries_.size() <= kFew)
      for (; place > 0 && locks_before(entry, *order_[place - 1]); --place) order_[place] = order_[place - 1];
    order_[place] = &entry;
  }

  /// All locked on entry; if true, unlocked, and the partner resumed.
  bool committed() {
    for (;;) {
      std::size_t ready = 0;
      std::size_t chosen = 0;
      for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (!is_ready(entries_[i])) continue;
        ++ready;  // Reservoir of one: the n-th that is ready replaces the one before with chance 1/n.
        if (ready == 1 || Choice::below(static_cast<std::uint32_t>(ready)) == 0) chosen = i;
      }
      if (ready == 0) return false;
      Entry& entry = entries_[chosen];
      ChannelWaiter<R, Atomics>* woken = nullptr;
      const Commit commit = entry.sends ? entry.channel->commit_send(*entry.waiter, woken)
                                        : entry.channel->commit_recv(*entry.waiter, woken);
      if (commit == Commit::kLost) continue;
      outcome_ = {chosen, entry.sends && commit == Commit::kClosed};
      unlock_all();
      if (woken != nullptr) R::resume(woken->handle);
      return true;
    }
  }

  /// S2 for those that wait: of several cases on one channel any may stand first in its queue.
  static void shuffle(std::span<Entry*> cases) {
    for (std::size_t left = cases.size(); left > 1; --left)
      std::swap(cases[left - 1], cases[Choice::below(static_cast<std::uint32_t>(left))]);
  }

  static bool is_ready(const Entry& entry) {
    if (entry.channel == nullptr) return false;
    return entry.sends ? entry.channel->can_send() : entry.channel->can_recv();
  }

  void lock_all() {
    for_each_channel([](ChannelState<R, Atomics>& channel, std::span<Entry*>) { channel.lock(); });
  }
  void unlock_all() {
    for_each_channel([](ChannelState<R, Atomics>& channel, std::span<Entry*>) { channel.unlock(); });
  }

  /// Calls `visit` for each channel with its cases, in the order of locking. Reads nothing of this object
  /// after the last call.
  template <class Visit>
  void for_each_channel(Visit visit) {
    const std::span<Entry*> order = order_.first(locks_);
    for (std::size_t begin = 0; begin < order.size();) {
      ChannelState<R, Atomics>& channel = *order[begin]->channel;
      std::size_t end = begin + 1;
      while (end < order.size() && order[end]->channel == &channel) ++end;
      visit(channel, order.subspan(begin, end - begin));
      begin = end;
    }
  }

  std::span<Entry, kCases> entries_;  // In source order; nil channels too.
  std::span<Entry*, kCases> order_;   // Without the nil ones, channels by address, each one's cases side by side.
  std::size_t locks_ = 0;     // How many of order_ there are.
  Outcome outcome_;
  SelectGate<R, Atomics> gate_;
};

}  // namespace gauntlet
