// SPDX-License-Identifier: Apache-2.0
// Recycles coroutine frames and goroutine closures: per-thread free lists of size classes.
//
// A goroutine often ends on another worker than the one that started it, so full lists flow back
// through a central stock, one batch at a time; without it one thread would allocate and another
// hoard for ever. Memory returns to the stock when a thread ends, never to the system.
//
// Under AddressSanitizer every block comes from the heap, so that a use after the end is seen; and
// where only Go's edges are declared (harness/contract/race_detector.hpp), because reuse is none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

#include "harness/portable/spin_lock.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(GAUNTLET_GO_EDGES)
#define GAUNTLET_FRAMES_FROM_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GAUNTLET_FRAMES_FROM_HEAP 1
#endif
#endif

namespace gauntlet {

class FramePool {
 public:
#ifdef GAUNTLET_FRAMES_FROM_HEAP
  static void* allocate(std::size_t bytes) { return ::operator new(bytes); }
  static void release(void* block, std::size_t bytes) noexcept { ::operator delete(block, bytes); }
#else
  /// At least `bytes`, aligned as operator new aligns. Throws std::bad_alloc.
  static void* allocate(std::size_t bytes) {
    const std::size_t index = class_of(bytes);
    if (index >= kClasses) [[unlikely]]
      return ::operator new(bytes);
    List& list = mine_[index];
    if (list.first == nullptr) [[unlikely]]
      refill(list, index);
    Block* block = list.first;
    list.first = block->next;
    --list.count;
    return block;
  }

  /// Any thread may release what any other allocated; `bytes` as given to allocate().
  static void release(void* memory, std::size_t bytes) noexcept {
    const std::size_t index = class_of(bytes);
    if (index >= kClasses) [[unlikely]] {
      ::operator delete(memory, bytes);
      return;
    }
    List& list = mine_[index];
    if (list.count >= 2 * kBatch || !flushes_at_end_) [[unlikely]]
      spill(list, index);
    list.first = ::new (memory) Block{list.first, nullptr};
    ++list.count;
  }
#endif

 private:
  static constexpr std::size_t kGrain = 16;    // Bytes between classes; operator new's alignment.
  static constexpr std::size_t kClasses = 65;  // Up to 1024 bytes; larger frames go to the heap.
  static constexpr std::uint32_t kBatch = 32;  // Blocks that move to or from the stock together.

  struct Block {
    Block* next;
    Block* next_batch;  // Meaningful in the first block of a batch in the stock.
  };
  static_assert(sizeof(Block) <= kGrain);

  struct List {
    Block* first;
    std::uint32_t count;
  };

  struct alignas(64) Stock {
    SpinLock lock;  // Guards first_batch. Nothing is allocated under it.
    Block* first_batch;
  };

  /// Hands a thread's lists to the stock when the thread ends.
  struct Flush {
    void arm() { flushes_at_end_ = true; }
    ~Flush() {
      for (std::size_t index = 0; index < kClasses; ++index) {
        List& list = mine_[index];
        if (list.first != nullptr) give(list.first, index);
        list = {};
      }
    }
  };

  static std::size_t class_of(std::size_t bytes) { return (bytes + kGrain - 1) / kGrain; }

  [[gnu::noinline]] static void refill(List& list, std::size_t index) {
    arrange_flush();
    if (Block* batch = take(index)) {
      list.first = batch;
      for (Block* each = batch; each != nullptr; each = each->next) ++list.count;
      return;
    }
    const std::size_t size = index * kGrain;
    auto* memory = static_cast<std::byte*>(::operator new(size * kBatch));
    for (std::uint32_t i = kBatch; i > 0; --i)
      list.first = ::new (memory + (i - 1) * size) Block{list.first, nullptr};
    list.count = kBatch;
  }

  /// Keeps one batch and gives the rest away.
  [[gnu::noinline]] static void spill(List& list, std::size_t index) noexcept {
    arrange_flush();
    if (list.count < 2 * kBatch) return;
    Block* last_kept = list.first;
    for (std::uint32_t i = 1; i < kBatch; ++i) last_kept = last_kept->next;
    give(last_kept->next, index);
    last_kept->next = nullptr;
    list.count = kBatch;
  }

  static void arrange_flush() {
    if (flushes_at_end_) return;
    static thread_local Flush flush;
    flush.arm();
  }

  static void give(Block* batch, std::size_t index) noexcept {
    Stock& stock = stock_[index];
    stock.lock.lock();
    batch->next_batch = stock.first_batch;
    stock.first_batch = batch;
    stock.lock.unlock();
  }

  static Block* take(std::size_t index) {
    Stock& stock = stock_[index];
    stock.lock.lock();
    Block* batch = stock.first_batch;
    if (batch != nullptr) stock.first_batch = batch->next_batch;
    stock.lock.unlock();
    return batch;
  }

  static inline thread_local constinit std::array<List, kClasses> mine_{};
  static inline thread_local constinit bool flushes_at_end_ = false;
  static inline std::array<Stock, kClasses> stock_{};
};

}  // namespace gauntlet
