// SPDX-License-Identifier: Apache-2.0
// The portable select with faults to choose from; it wraps the right one, which has another choice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/colour/blocking.hpp"
#include "harness/portable/select_core.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"

namespace gauntlet {

namespace known_bad {

struct Verbs : Runtime {};  // The same runtime under a name that has no faulty channel.

struct Choice {
  static std::uint32_t below(std::uint32_t bound) {
    return mutated("select_prefers_the_first") ? bound - 1 : ThreadChoice::below(bound);
  }
};

}  // namespace known_bad

template <std::size_t kCases>
class SelectCore<known_bad::Verbs, RealAtomics, ThreadChoice, kCases> {
  using Right = SelectCore<known_bad::Verbs, RealAtomics, known_bad::Choice>;

 public:
  using Entry = Right::Entry;
  using Outcome = Right::Outcome;

  template <class Room>
  explicit SelectCore(Room& room)
      : entries_(room.entries), inner_(std::span<Entry>(room.entries), std::span<Entry*>(room.order)) {}

  bool start() { return inner_.start(); }

  bool start_or_leave() {
    if (known_bad::mutated("select_leaves_too_soon") && now_.is_the_time()) return false;
    if (known_bad::mutated("select_asks_one_by_one")) return ask_one_by_one();
    return inner_.start_or_leave();
  }

  void stay_parked(known_bad::Verbs::Handle handle) { inner_.stay_parked(handle); }
  std::size_t cases() const { return inner_.cases(); }

  void finish() {
    inner_.finish();
    if (known_bad::mutated("select_sleeps_through_a_close") && was_woken_by_a_close())
      park_for_ever<known_bad::Runtime>();
    if (known_bad::mutated("timeout_takes_what_a_wake_brought")) look_at_the_others();
    if (!known_bad::mutated("select_leaves_a_waiter")) return;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      if (i == inner_.outcome().index || entry.channel == nullptr) continue;
      entry.waiter->gate = nullptr;  // As if it were still to be had.
      entry.channel->lock();
      entry.channel->enqueue(*entry.waiter, entry.sends);
      entry.channel->unlock();
    }
  }

  Outcome outcome() const {
    if (asked_one_) return one_;
    Outcome outcome = inner_.outcome();
    if (known_bad::mutated("select_sends_to_a_closed_channel")) outcome.panics = false;
    return outcome;
  }

 private:
  /// Each channel at another instant.
  bool ask_one_by_one() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      Entry* room = nullptr;
      Right one(entries_.subspan(i, 1), std::span<Entry*>(&room, 1));
      if (one.start_or_leave()) {
        asked_one_ = true;
        one_ = {i, one.outcome().panics};
        return true;
      }
      known_bad::Runtime::yield();
    }
    return false;
  }

  bool was_woken_by_a_close() const {
    const Entry& entry = entries_[inner_.outcome().index];
    return !entry.sends && !entry.waiter->ok;
  }

  /// Woken by one case, and then served by another that has become ready on the way.
  void look_at_the_others() {
    for (int turn = 0; turn < 20; ++turn) known_bad::Runtime::yield();
    for (std::size_t i = 0; i < entries_.size() && !asked_one_; ++i) {
      if (i == inner_.outcome().index || entries_[i].channel == nullptr || entries_[i].sends) continue;
      Entry* room = nullptr;
      Right one(entries_.subspan(i, 1), std::span<Entry*>(&room, 1));
      asked_one_ = one.start_or_leave();
      one_ = {i, one.outcome().panics};
    }
  }

  static inline known_bad::Now now_{5};

  std::span<Entry> entries_;
  Right inner_;
  bool asked_one_ = false;
  Outcome one_;
};

}  // namespace gauntlet
