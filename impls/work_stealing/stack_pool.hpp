// SPDX-License-Identifier: Apache-2.0
// Stacks for goroutines: freed ones first (the hottest of this worker, then a batch from the
// depot), fresh ones from the reservation. A fresh stack costs a guard and a page fault; a recycled
// one neither.
#pragma once

#include <cstddef>
#include <string>

#include "impls/work_stealing/goroutine.hpp"
#include "impls/work_stealing/magazine.hpp"
#include "impls/work_stealing/stack_guard.hpp"
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

  StackReservation reservation;
  StackGuards guards;
  static constexpr std::size_t kBatch = 64;
  Depot<Goroutine, kBatch> depot;
};

/// One worker's share; only its owner touches it.
class LocalStacks {
 public:
  /// `entry` is where a stack starts when it runs for the first time.
  LocalStacks(StackPool& pool, Entry entry) : pool_(pool), entry_(entry), free_(pool.depot) {}

  LocalStacks(const LocalStacks&) = delete;
  LocalStacks& operator=(const LocalStacks&) = delete;
  ~LocalStacks() { pool_.reservation.give_back(carved_); }

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
    if (carved_.count == 0) carved_ = pool_.reservation.carve(kBatch);
    if (carved_.count == 0) return nullptr;
    --carved_.count;
    return &pool_.reservation.furnish(carved_.first++, pool_.guards, entry_);
  }

  StackPool& pool_;
  Entry entry_;
  Magazine<Goroutine, kBatch> free_;
  StackReservation::Slots carved_;
};

}  // namespace gauntlet::impls::work_stealing
