// SPDX-License-Identifier: Apache-2.0
// Deadlines in their order: exact to the nanosecond, equal ones first in first out.
//
// A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan: "Faster algorithms for the shortest path problem", JACM 1990)
// with hexadecimal digits, which is a hierarchical timing wheel that needs no tick. An entry is kept by
// the highest digit in which its deadline differs from `floor_`, a deadline that was reached. So every entry
// of a lower level is earlier than every one of a higher level, and the earliest is in the first slot of
// the lowest. A slot that was filled in order, as by many who sleep equally long, is emptied from its
// front; a small one is sorted first. Else that slot becomes the floor and its entries move down, each
// log16 of their number times at most. All of this walks through chunks of entries, and never touches the
// timers, which lie scattered in the stacks of those who sleep.
//
// Who owns one locks it.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace gauntlet {

template <class Timer>
class TimerQueue {
 public:
  struct Entry {
    std::int64_t when;
    Timer* timer;
  };
  static constexpr std::int64_t kEmpty = std::numeric_limits<std::int64_t>::max();

  TimerQueue() = default;
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;
  ~TimerQueue() {
    for (auto& level : slots_)
      for (Slot& slot : level) recycle(slot);
    while (spare_ != nullptr) delete take_spare();
  }

  std::size_t size() const { return size_; }

  /// The earliest deadline, or kEmpty.
  std::int64_t earliest() const {
    return levels_ == 0 ? kEmpty : const_cast<TimerQueue*>(this)->first_slot().earliest;
  }

  /// Precondition: `when` >= 0. A deadline that has passed is as good as one that is due now.
  void push(Entry entry) {
    put(entry);
    ++size_;
  }

  /// Takes the earliest one if it is due. False: it is not, or there is none.
  bool pop_due(std::int64_t now, Entry& entry) {
    if (earliest() > now) return false;
    while (!first_slot().sorted) {
      if (first_slot().first == first_slot().last)
        sort_chunk(first_slot());
      else
        move_down(first_slot());
    }
    Slot& slot = first_slot();
    entry = slot.first->entries[slot.begin++];
    if (slot.begin == slot.first->used) drop_first_chunk(slot);
    if (slot.first == nullptr)
      take(slot);
    else
      slot.earliest = slot.first->entries[slot.begin].when;
    --size_;
    return true;
  }

  /// Precondition: empty. Time may be earlier from now on than it was.
  void restart() { floor_ = 0; }

  /// Takes out all for which `is_stale(entry)`; each goes to `drop(entry)` instead.
  template <class Predicate, class Drop>
  void remove_if(Predicate&& is_stale, Drop&& drop) {
    for (auto& level : slots_) {
      for (Slot& slot : level) {
        if (slot.first == nullptr) continue;
        Slot all = take(slot);
        each(all, [&](const Entry& entry) {
          if (is_stale(entry)) {
            --size_;
            drop(entry);
          } else {
            put(entry);
          }
        });
        recycle(all);
      }
    }
  }

 private:
  static constexpr int kDigitBits = 4;
  static constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
  static constexpr std::size_t kLevels = 64 / kDigitBits;

  struct Chunk {
    static constexpr std::size_t kRoom = 30;
    std::array<Entry, kRoom> entries;
    std::size_t used = 0;
    Chunk* next = nullptr;
  };

  /// First in, first out. `begin`: where the first chunk starts.
  struct Slot {
    Chunk* first = nullptr;
    Chunk* last = nullptr;
    std::size_t begin = 0;
    std::int64_t earliest = kEmpty;
    std::int64_t newest = 0;  // Of the entry that came last.
    bool sorted = true;       // Each entry is as late as the one before it. Always on level 0.
  };

  void put(Entry entry) {
    const std::int64_t reached = std::max(entry.when, floor_);
    const auto key = static_cast<std::uint64_t>(reached);
    const std::uint64_t differs = key ^ static_cast<std::uint64_t>(floor_);
    const auto level =
        differs == 0 ? 0U : static_cast<unsigned>((63 - std::countl_zero(differs)) / kDigitBits);
    const std::size_t digit = key >> (level * kDigitBits) & (kDigits - 1);
    Slot& slot = slots_[level][digit];
    if (slot.last == nullptr || slot.last->used == Chunk::kRoom) append_chunk(slot);
    slot.last->entries[slot.last->used++] = entry;
    slot.earliest = std::min(slot.earliest, entry.when);
    if (reached < slot.newest) slot.sorted = false;
    slot.newest = reached;
    occupied_[level] = static_cast<std::uint16_t>(occupied_[level] | 1U << digit);
    levels_ = static_cast<std::uint16_t>(levels_ | 1U << level);
  }

  Slot& first_slot() {
    const auto level = static_cast<std::size_t>(std::countr_zero(levels_));
    return slots_[level][static_cast<std::size_t>(std::countr_zero(occupied_[level]))];
  }

  /// Precondition: one chunk. By insertion: it is short, and mostly in order.
  static void sort_chunk(Slot& slot) {
    auto& entries = slot.first->entries;
    for (std::size_t i = slot.begin + 1; i < slot.first->used; ++i) {
      const Entry entry = entries[i];
      std::size_t at = i;
      for (; at > slot.begin && entries[at - 1].when > entry.when; --at) entries[at] = entries[at - 1];
      entries[at] = entry;
    }
    slot.newest = entries[slot.first->used - 1].when;
    slot.sorted = true;
  }

  /// Precondition: the first slot, and not sorted, so its entries differ. They go to lower levels.
  void move_down(Slot& slot) {
    floor_ = std::max(floor_, slot.earliest);
    Slot all = take(slot);
    each(all, [this](const Entry& entry) { put(entry); });
    recycle(all);
  }

  Slot take(Slot& slot) {
    const Slot all = slot;
    slot = Slot{};
    mark_empty(slot);
    return all;
  }

  void mark_empty(const Slot& slot) {
    const auto index = static_cast<std::size_t>(&slot - slots_[0].data());
    const std::size_t level = index / kDigits;
    occupied_[level] = static_cast<std::uint16_t>(occupied_[level] & ~(1U << index % kDigits));
    if (occupied_[level] == 0) levels_ = static_cast<std::uint16_t>(levels_ & ~(1U << level));
  }

  template <class F>
  static void each(const Slot& slot, F&& use) {
    std::size_t begin = slot.begin;
    for (const Chunk* chunk = slot.first; chunk != nullptr; chunk = chunk->next, begin = 0)
      for (std::size_t i = begin; i < chunk->used; ++i) use(chunk->entries[i]);
  }

  void append_chunk(Slot& slot) {
    Chunk* chunk = spare_ != nullptr ? take_spare() : new Chunk;
    chunk->used = 0;
    chunk->next = nullptr;
    if (slot.last != nullptr)
      slot.last->next = chunk;
    else
      slot.first = chunk;
    slot.last = chunk;
  }

  void drop_first_chunk(Slot& slot) {
    Chunk* chunk = slot.first;
    slot.first = chunk->next;
    if (slot.first == nullptr) slot.last = nullptr;
    slot.begin = 0;
    give_spare(chunk);
  }

  void recycle(Slot& slot) {
    while (slot.first != nullptr) drop_first_chunk(slot);
  }

  Chunk* take_spare() {
    Chunk* chunk = spare_;
    spare_ = chunk->next;
    return chunk;
  }
  void give_spare(Chunk* chunk) {
    chunk->next = spare_;
    spare_ = chunk;
  }

  std::array<std::array<Slot, kDigits>, kLevels> slots_{};
  std::array<std::uint16_t, kLevels> occupied_{};  // Bit d: slot d of that level is not empty.
  std::uint16_t levels_ = 0;                       // Bit l: occupied_[l] is not 0.
  std::int64_t floor_ = 0;                         // No entry's key is below it.
  std::size_t size_ = 0;
  Chunk* spare_ = nullptr;
};

}  // namespace gauntlet
