// SPDX-License-Identifier: Apache-2.0
// A hang is a result, not a stuck terminal: after the time limit it tells who waits for what, and ends the
// process with the code for "did not finish".
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace gauntlet {

class Watchdog {
 public:
  using Describe = std::function<std::string()>;

  /// `describe` is called from the watchdog's thread, once, at the limit; it must not need the runtime.
  Watchdog(std::chrono::milliseconds limit, Describe describe);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

  /// Nothing is to be done until work() is called: the limit begins anew with it. Neither wakes the watchdog's thread.
  void rest() { begun_ns_.store(kRests, std::memory_order_relaxed); }
  void work() { begun_ns_.store(now_ns(), std::memory_order_relaxed); }

 private:
  static constexpr std::int64_t kRests = -1;

  static std::int64_t now_ns() {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  void watch(std::chrono::milliseconds limit, const Describe& describe);

  std::mutex mutex_;  // Guards ended_.
  std::condition_variable changed_;
  bool ended_ = false;
  // relaxed: the watchdog looks now and then, and nothing is published by it.
  std::atomic<std::int64_t> begun_ns_{now_ns()};
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace gauntlet
