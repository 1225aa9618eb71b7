// SPDX-License-Identifier: Apache-2.0
// The descriptors of the process, as threads of a runtime that have nothing to run see them: instead of being woken by the
// poller's thread for what has happened, which is a second wake-up after its own, they look for themselves.
//
// Only a short cut: the poller's thread comes where no thread of a runtime looks (poll_duty.hpp).
#pragma once

#include <atomic>

namespace gauntlet {

class IoWatch {
 public:
  IoWatch(const IoWatch&) = delete;
  IoWatch& operator=(const IoWatch&) = delete;

  /// Null: the process has had no descriptor yet.
  static IoWatch* running() {
    return running_.load(std::memory_order_acquire);  // acquire pairs with the release in set_running().
  }

  /// Wakes whoever may go on at a descriptor. False: nobody waits, nothing has happened, or another thread looks.
  virtual bool look() = 0;
  /// The caller is about to sleep, and has looked.
  virtual void fall_asleep() = 0;

 protected:
  IoWatch() = default;
  ~IoWatch() = default;

  static void set_running(IoWatch& watch) { running_.store(&watch, std::memory_order_release); }

 private:
  static inline std::atomic<IoWatch*> running_{nullptr};
};

}  // namespace gauntlet
