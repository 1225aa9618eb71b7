// SPDX-License-Identifier: Apache-2.0
// The entries of a window by time, those that are lifted left out: a doubly linked list over fixed
// nodes.
//
// What was lifted last is put back first, so that its neighbours are as it left them (Knuth's
// dancing links).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "property_tests/histories/history.hpp"

namespace gauntlet::histories {

class EntryList {
 public:
  /// In this order at equal times, so that operations which only touch overlap.
  enum class Kind : std::uint8_t { kCall, kParked, kReturn };
  struct Entry {
    Time time;
    Kind kind;
    int slot;  ///< The operation's place in its window.
  };
  static constexpr int kEnd = 0;  ///< The node behind the last entry.

  EntryList(const History& history, const std::vector<int>& operations)
      : nodes_(operations.size(), {kEnd, kEnd, kEnd}) {
    for (int slot = 0; slot < static_cast<int>(operations.size()); ++slot) {
      const Operation& operation = history.operations[at(operations[at(slot)])];
      entries_.push_back({operation.called, Kind::kCall, slot});
      if (operation.seen_parked < operation.returned)
        entries_.push_back({operation.seen_parked, Kind::kParked, slot});
      if (!operation.pending()) entries_.push_back({operation.returned, Kind::kReturn, slot});
    }
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return a.time != b.time ? a.time < b.time : a.kind < b.kind;
    });
    const int last = static_cast<int>(entries_.size());
    for (int node = 0; node <= last; ++node) {
      next_.push_back(node == last ? kEnd : node + 1);
      before_.push_back(node == kEnd ? last : node - 1);
      if (node != kEnd) nodes_[at(entry(node).slot)][at(entry(node).kind)] = node;
    }
  }

  const Entry& entry(int node) const { return entries_[at(node - 1)]; }
  int first() const { return next_[kEnd]; }
  int after(int node) const { return next_[at(node)]; }
  int node_of(int slot, Kind kind) const { return nodes_[at(slot)][at(kind)]; }

  /// An operation without such an entry has nothing to lift or to put back.
  void lift(int slot, Kind kind) {
    const int node = node_of(slot, kind);
    if (node == kEnd) return;
    next_[at(before_[at(node)])] = next_[at(node)];
    before_[at(next_[at(node)])] = before_[at(node)];
  }
  void put_back(int slot, Kind kind) {
    const int node = node_of(slot, kind);
    if (node == kEnd) return;
    next_[at(before_[at(node)])] = node;
    before_[at(next_[at(node)])] = node;
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  static std::size_t at(Kind kind) { return static_cast<std::size_t>(kind); }

  std::vector<Entry> entries_;             // Of node i at i - 1.
  std::vector<std::array<int, 3>> nodes_;  // By slot and kind; kEnd: there is none.
  std::vector<int> next_;
  std::vector<int> before_;
};

}  // namespace gauntlet::histories
