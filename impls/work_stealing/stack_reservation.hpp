// SPDX-License-Identifier: Apache-2.0
// The address space of all goroutine stacks: one mapping that costs nothing until a stack is
// touched.
//
//   slot:  | guard | usable, grows down ............ | descriptor | colour |
//
// Slots are carved upwards and never unmapped while the reservation lives; free ones are kept by
// the pool, which may give their pages back to the system (MADV_DONTNEED: decision 0015). The colour
// staggers the descriptors and the tops of neighbouring stacks over cache sets: without it the hot
// lines of all goroutines fall into the same few sets.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <vector>

#include "harness/portable/spin_lock.hpp"
#include "impls/work_stealing/goroutine.hpp"
#include "impls/work_stealing/sanitizer.hpp"
#include "impls/work_stealing/stack_guard.hpp"
#include "impls/work_stealing/stack_pager.hpp"

namespace gauntlet::impls::work_stealing {

class StackReservation {
 public:
  /// Under sanitizers shadow memory wants its share.
  static constexpr std::size_t kMostSlots = std::size_t{1} << (kSanitized ? 15 : 24);
  static constexpr std::size_t kFewestSlots = 64;

  /// Reserves as many slots as the system gives, at most `most_slots`. Throws std::bad_alloc below
  /// kFewestSlots. `stack_bytes` is rounded up to pages.
  explicit StackReservation(std::size_t stack_bytes, std::size_t most_slots = kMostSlots)
      : page_bytes_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
        stack_bytes_(stack_bytes),
        // One page is the guard, one holds descriptor and colour, so that stack_bytes are usable.
        slot_bytes_((stack_bytes + page_bytes_ - 1) / page_bytes_ * page_bytes_ + 2 * page_bytes_) {
    for (slots_ = most_slots;; slots_ /= 2) {
      void* mapping = mmap(nullptr, slots_ * slot_bytes_, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (mapping != MAP_FAILED) {
        base_ = static_cast<std::byte*>(mapping);
        break;
      }
      if (slots_ / 2 < kFewestSlots) throw std::bad_alloc();
    }
    // A huge page would give every stack 2 MiB of resident memory.
    madvise(base_, slots_ * slot_bytes_, MADV_NOHUGEPAGE);
  }
  StackReservation(const StackReservation&) = delete;
  StackReservation& operator=(const StackReservation&) = delete;
  /// Precondition: no goroutine lives on it.
  ~StackReservation() {
    for (std::size_t slot = 0; kSanitized && slot < carved(); ++slot)
      if (Goroutine* goroutine = descriptor(slot); goroutine->resume_at != nullptr)
        goroutine->sanitized.destroy();
    munmap(base_, slots_ * slot_bytes_);
  }

  std::size_t stack_bytes() const { return stack_bytes_; }
  std::size_t slots() const { return slots_; }

  /// Slots [first, first + count) that nobody has used yet.
  struct Slots {
    std::size_t first = 0;
    std::size_t count = 0;
  };

  /// Up to `most` slots for the caller, with their guards; none when the reservation is used up.
  Slots carve(std::size_t most, StackGuards& guards) {
    lock_.lock();
    Slots slots;
    if (!given_back_.empty()) {
      slots = given_back_.back();
      given_back_.pop_back();
      lock_.unlock();
    } else {
      // relaxed: changed under the lock only; read without it as a bound (see carved()).
      slots.first = next_slot_.load(std::memory_order_relaxed);
      slots.count = std::min(most, slots_ - slots.first);
      next_slot_.store(slots.first + slots.count, std::memory_order_relaxed);
      lock_.unlock();
      guards.install(base_ + slots.first * slot_bytes_, page_bytes_, slot_bytes_, slots.count);
    }
    return slots;
  }

  /// Takes back slots that carve() gave and nobody furnished.
  void give_back(Slots slots) {
    if (slots.count == 0) return;
    lock_.lock();
    given_back_.push_back(slots);
    lock_.unlock();
  }

  /// Slots below this one have been given out.
  std::size_t carved() const {
    // relaxed: a slot that the caller knows to be in use was carved before; others do not matter.
    return next_slot_.load(std::memory_order_relaxed);
  }

  StackRegion region() const { return {base_, slot_bytes_, slots_}; }

  /// Builds the descriptor of a carved slot, and makes it start in `entry`.
  Goroutine& furnish(std::size_t slot, Entry entry) {
    std::byte* low = base_ + slot * slot_bytes_;
    auto* goroutine = ::new (static_cast<void*>(descriptor(slot))) Goroutine;
    prepare_context(*goroutine, goroutine, entry);
    std::byte* usable = low + page_bytes_;
    goroutine->sanitized.create(usable, static_cast<std::size_t>(low + slot_bytes_ - usable));
    return *goroutine;
  }

  /// Gives the pages of free stacks back to the system, and with them their descriptors. Guards stay: of
  /// either kind, MADV_DONTNEED lets them be. Until furnish_again() only the addresses mean anything.
  /// Precondition: sorted by address, since one call for neighbours costs little more than for one.
  void release(std::span<Goroutine* const> sorted) {
    for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
      const std::size_t first = slot_of(*sorted[begin]);
      for (end = begin; end < sorted.size() && slot_of(*sorted[end]) == first + (end - begin); ++end)
        sorted[end]->sanitized.destroy();
      std::byte* low = base_ + first * slot_bytes_ + page_bytes_;
      madvise(low, (end - begin) * slot_bytes_ - page_bytes_, MADV_DONTNEED);
    }
  }

  /// Makes a stack out of what release() has left of one.
  Goroutine& furnish_again(const Goroutine& released, Entry entry) {
    return furnish(slot_of(released), entry);
  }

  /// Whose guard page `address` lies in; null if in none. Async-signal-safe.
  const Goroutine* owner_of_guard(const void* address) const {
    const auto* byte = static_cast<const std::byte*>(address);
    if (byte < base_ || byte >= base_ + slots_ * slot_bytes_) return nullptr;
    const auto offset = static_cast<std::size_t>(byte - base_);
    if (offset % slot_bytes_ >= page_bytes_ || offset / slot_bytes_ >= carved()) return nullptr;
    return descriptor(offset / slot_bytes_);
  }

 private:
  // Half a page: what is left of it is enough for the frames of most goroutines that wait, which so
  // touch one page.
  static constexpr std::size_t kColours = 32;
  static constexpr std::size_t kLineBytes = 64;

  /// Neighbours lie five lines apart, so that the hot lines of one are not those of the next.
  static std::size_t colour_bytes(std::size_t slot) { return slot * 5 % kColours * kLineBytes; }

  std::size_t slot_of(const Goroutine& goroutine) const {
    return static_cast<std::size_t>(reinterpret_cast<const std::byte*>(&goroutine) - base_) / slot_bytes_;
  }

  Goroutine* descriptor(std::size_t slot) const {
    return reinterpret_cast<Goroutine*>(base_ + (slot + 1) * slot_bytes_ - colour_bytes(slot) -
                                        sizeof(Goroutine));
  }

  std::size_t page_bytes_;
  std::size_t stack_bytes_;
  std::size_t slot_bytes_;
  std::size_t slots_ = 0;
  std::byte* base_ = nullptr;
  std::atomic<std::size_t> next_slot_{0};
  SpinLock lock_;  // Guards given_back_ and changes of next_slot_.
  std::vector<Slots> given_back_;
};

}  // namespace gauntlet::impls::work_stealing
