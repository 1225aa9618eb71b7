// SPDX-License-Identifier: Apache-2.0
// The timers of the process, as idle threads of a runtime see them: instead of being woken by the timers' thread for what is
// due, which is a second wake-up after its own, one of them may come back by itself and do that thread's work.
//
// Only a short cut: the timers' thread comes at the same time, and never relies on anyone.
#pragma once

#include <atomic>
#include <chrono>

namespace gauntlet {

class AlarmClock {
 public:
  AlarmClock(const AlarmClock&) = delete;
  AlarmClock& operator=(const AlarmClock&) = delete;

  /// Null: no timer has been armed in this run.
  static AlarmClock* running() {
    return running_.load(std::memory_order_acquire);  // acquire pairs with the release in set_running().
  }

  /// None is armed, or what is due is being woken: 0.
  virtual std::chrono::nanoseconds until_earliest() const = 0;
  /// Wakes whoever's time has come. Any thread, also several at once.
  virtual void wake_due() = 0;

 protected:
  AlarmClock() = default;
  ~AlarmClock() = default;

  /// Between the first timer of a run and its end.
  static void set_running(AlarmClock* clock) { running_.store(clock, std::memory_order_release); }

 private:
  static inline std::atomic<AlarmClock*> running_{nullptr};
};

}  // namespace gauntlet
