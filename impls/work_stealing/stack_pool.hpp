// SPDX-License-Identifier: Apache-2.0
// Stacks for goroutines: freed ones first (the hottest of this worker, then a batch from the
// depot), then such as have no memory any more, last of all fresh ones from the reservation. A fresh
// stack costs a guard and a page fault, a released one the page fault, a recycled one neither.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "impls/work_stealing/goroutine.hpp"
#include "impls/work_stealing/magazine.hpp"
#include "impls/work_stealing/stack_guard.hpp"
#include "impls/work_stealing/stack_pager.hpp"
#include "impls/work_stealing/stack_reservation.hpp"

namespace gauntlet::impls::work_stealing {

/// What all workers share. Lives as long as the size of stacks stays the same.
struct StackPool {
  explicit StackPool(std::size_t stack_bytes, std::size_t most_slots = StackReservation::kMostSlots,
                     GuardKind guard_kind = StackGuards::best_kind())
      : reservation(stack_bytes, most_slots), guards(guard_kind) {}

  /// True when every stack there can be has been given out. Some may be free again: a hint.
  bool exhausted() const { return reservation.carved() >= reservation.slots(); }
  std::string limit_reached() const {
    return "no more stacks: " + std::to_string(reservation.slots()) + " of " +
           std::to_string(reservation.stack_bytes()) + " bytes are reserved and in use";
  }

  /// Gives the memory of free stacks back to the system: of at most so many batches, the coldest first, and
  /// never of the hottest `keep` batches. Any thread. Says of how many.
  std::size_t release(std::size_t most, std::size_t keep) {
    if (!SanitizedStack::kLeavesNothing) return 0;
    std::vector<Stacks::Held*> batches;
    std::vector<Goroutine*> stacks;
    while (batches.size() < most) {
      Stacks::Held* batch = depot.take_coldest(keep);
      if (batch == nullptr) break;
      batches.push_back(batch);
      stacks.insert(stacks.end(), batch->nodes.begin(), batch->nodes.begin() + batch->count);
    }
    std::ranges::sort(stacks, std::less<>());
    {
      const std::lock_guard lock(dropping_pages);
      reservation.release(stacks);
    }
    // As they lie in memory, so that they are used next to each other and can be released so again.
    auto next = stacks.cbegin();
    for (Stacks::Held* batch : batches) {
      std::copy_n(next, batch->count, batch->nodes.begin());
      next += static_cast<std::ptrdiff_t>(batch->count);
      released.put(batch);
    }
    return batches.size();
  }

  /// See Runtime::pack_stacks(). One thread at a time.
  PackedStacks pack() {
    if (kSanitized) throw std::system_error(ENOTSUP, std::generic_category(), "stacks that a sanitizer watches");
    release(StackReservation::kMostSlots, 0);
    if (pager == nullptr) pager = std::make_unique<StackPager>(reservation.region(), dropping_pages);
    return pager->pack(reservation.carved());
  }

  static constexpr std::size_t kBatch = 64;
  using Stacks = Depot<Goroutine, kBatch>;

  StackReservation reservation;
  StackGuards guards;
  Stacks depot;
  Stacks released;  ///< Addresses only, see StackReservation::release().
  std::mutex dropping_pages;  ///< Held by whoever gives pages of the reservation back to the system.
  std::unique_ptr<StackPager> pager;  ///< None before the first pack(). It ends before the reservation.
};

/// One worker's share; only its owner touches it.
class LocalStacks {
 public:
  /// `entry` is where a stack starts when it runs for the first time.
  LocalStacks(StackPool& pool, Entry entry) : pool_(pool), entry_(entry), free_(pool.depot) {}

  LocalStacks(const LocalStacks&) = delete;
  LocalStacks& operator=(const LocalStacks&) = delete;
  ~LocalStacks() {
    pool_.reservation.give_back(carved_);
    put_released();
  }

  /// Null when the reservation is used up.
  Goroutine* take() {
    Goroutine* stack = free_.take();
    if (stack == nullptr) [[unlikely]]
      return fresh();
    stack->sanitized.forget_frames_below(stack->stack_pointer);
    return stack;
  }

  /// May be called on that very stack: nobody else gets it before this worker gives or takes again.
  void give(Goroutine& stack) { free_.give(stack); }

 private:
  static constexpr std::size_t kBatch = StackPool::kBatch;

  [[gnu::noinline]] Goroutine* fresh() {
    if (carved_.count == 0 && has_released())
      return &pool_.reservation.furnish_again(*released_->nodes[--released_->count], entry_);
    if (carved_.count == 0) carved_ = pool_.reservation.carve(kBatch, pool_.guards);
    if (carved_.count == 0) return nullptr;
    --carved_.count;
    return &pool_.reservation.furnish(carved_.first++, entry_);
  }

  bool has_released() {
    if (released_ != nullptr && released_->count > 0) return true;
    StackPool::Stacks::Held* filled = pool_.released.take_filled();
    if (filled == nullptr) return false;
    put_released();
    released_ = filled;
    return true;
  }

  void put_released() {
    if (released_ == nullptr) return;
    // An empty one goes to where empty ones are taken from.
    (released_->count > 0 ? pool_.released : pool_.depot).put(released_);
  }

  StackPool& pool_;
  Entry entry_;
  Magazine<Goroutine, kBatch> free_;
  StackReservation::Slots carved_;
  StackPool::Stacks::Held* released_ = nullptr;  // What is left of a batch of them.
};

}  // namespace gauntlet::impls::work_stealing
