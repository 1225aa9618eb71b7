// SPDX-License-Identifier: Apache-2.0
// What a goroutine is about to wait for, in words that Go's users know.
#pragma once

#include <cstdint>

namespace gauntlet {

class LockHolder;

enum class WaitFor : std::uint8_t {
  kUnknown,  ///< Parked by a primitive that does not tell.
  kSend,
  kRecv,
  kSelect,
  kWaitGroup,
  kMutex,
  kReadLock,
  kWriteLock,
  kOnce,
  kCond,
  kSleep,
  kContext,
  kBlockingCall,
  kIo,
};

struct WaitReason {
  WaitFor what = WaitFor::kUnknown;
  const void* place = nullptr;         ///< The channel, wait group, mutex...; names it in reports.
  std::uint64_t number = 0;            ///< Capacity of a channel, cases of a select.
  const LockHolder* holder = nullptr;  ///< Of a mutex: who is to unlock it.
};

}  // namespace gauntlet
