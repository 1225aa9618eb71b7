// SPDX-License-Identifier: Apache-2.0
// What is known about one goroutine that has not ended. Written by the goroutine itself, and by whoever
// wakes it; read by reports from any thread, so every field that changes is atomic.
//
// All orders are relaxed: a report is a snapshot. When it must be exact (everybody is asleep), the
// count in census.hpp orders it. Stronger ones would also be edges between goroutines that Go does not
// promise, and hide races from ThreadSanitizer.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <source_location>

#include "harness/portable/wait_reason.hpp"

namespace gauntlet {

enum class GoroutineState : std::uint8_t { kReady, kRunning, kParked };

/// A snapshot, for reports.
struct GoroutineFacts {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;  ///< 0: started outside of any goroutine.
  std::source_location site;
  bool is_root = false;
  GoroutineState state = GoroutineState::kReady;
  WaitReason reason;                  ///< While parked.
  std::int64_t waited_ns = 0;         ///< While parked.
  std::uint64_t parks = 0;            ///< How often it has parked and gone on: the same means the same park.
  const std::byte* closure = nullptr;  ///< Where its captures lie; null when that is not known.
  std::size_t closure_bytes = 0;
};

class GoroutineRecord {
 public:
  /// By its parent, which is the caller. Then Census::enter().
  explicit GoroutineRecord(std::source_location site, bool is_root = false);
  GoroutineRecord(const GoroutineRecord&) = delete;
  GoroutineRecord& operator=(const GoroutineRecord&) = delete;

  std::uint64_t id() const { return id_; }
  std::source_location site() const { return site_; }
  bool is_root() const { return is_root_; }

  /// The goroutine: what its next park is for.
  void will_wait_for(const WaitReason& reason) {
    what_.store(reason.what, std::memory_order_relaxed);
    place_.store(reason.place, std::memory_order_relaxed);
    number_.store(reason.number, std::memory_order_relaxed);
    holder_.store(reason.holder, std::memory_order_relaxed);
  }

  /// Before its handle is published: afterwards it may be woken, and end, at any time.
  void parks();
  void runs() { state_.store(GoroutineState::kRunning, std::memory_order_relaxed); }
  /// Its waker, before resume().
  void is_woken() {
    // One waker per park, so nobody else writes the number meanwhile.
    parks_.store(parks_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    state_.store(GoroutineState::kReady, std::memory_order_relaxed);
  }

  /// The goroutine: its captures lie there as long as it lives.
  void has_closure(const void* begin, std::size_t bytes) {
    closure_bytes_.store(bytes, std::memory_order_relaxed);
    closure_.store(static_cast<const std::byte*>(begin), std::memory_order_relaxed);
  }

  GoroutineFacts facts(std::int64_t now_ns) const;

 private:
  friend class Census;

  const std::uint64_t id_;
  const std::uint64_t parent_;
  const std::source_location site_;
  const bool is_root_;
  std::atomic<GoroutineState> state_{GoroutineState::kReady};
  std::atomic<WaitFor> what_{WaitFor::kUnknown};
  std::atomic<const void*> place_{nullptr};
  std::atomic<std::uint64_t> number_{0};
  std::atomic<const LockHolder*> holder_{nullptr};
  std::atomic<std::int64_t> since_ns_{0};
  std::atomic<std::uint64_t> parks_{0};
  std::atomic<const std::byte*> closure_{nullptr};
  std::atomic<std::size_t> closure_bytes_{0};

  // The census's: guarded by the lock of the record's shard.
  GoroutineRecord* next_ = nullptr;
  GoroutineRecord* prev_ = nullptr;
};

}  // namespace gauntlet
