// SPDX-License-Identifier: Apache-2.0
// Who holds a lock: kept by mutexes for reports, so that a deadlock shows its cycle. Empty where reports
// are off.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "harness/portable/census.hpp"
#include "harness/portable/reports.hpp"

namespace gauntlet {

/// Any goroutine may unlock a mutex, so "holder" is who locked it last.
class LockHolder {
 public:
  void is_me() {
    const GoroutineRecord* self = Census::current();
    // relaxed: read when all goroutines are asleep, or by the mutex's users under the mutex.
    goroutine_.store(self == nullptr ? 0 : self->id(), std::memory_order_relaxed);
  }
  /// Before the unlock.
  void is_nobody() { goroutine_.store(0, std::memory_order_relaxed); }  // relaxed: as above.

  /// 0: nobody, or a thread that is no goroutine. Only while the lock cannot die.
  std::uint64_t id() const { return goroutine_.load(std::memory_order_relaxed); }  // As above.
  const LockHolder* address() const { return this; }

 private:
  std::atomic<std::uint64_t> goroutine_{0};
};

struct NoLockHolder {
  void is_me() {}
  void is_nobody() {}
  const LockHolder* address() const { return nullptr; }
};

using MaybeLockHolder = std::conditional_t<kReports, LockHolder, NoLockHolder>;

}  // namespace gauntlet
