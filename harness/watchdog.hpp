// SPDX-License-Identifier: Apache-2.0
// A hang is a result, not a stuck terminal: after the time limit it tells who waits for what, and ends the
// process with the code for "did not finish".
#pragma once

#include <chrono>
#include <condition_variable>
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

 private:
  void watch(std::chrono::milliseconds limit, const Describe& describe);

  std::mutex mutex_;  // Guards ended_.
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace gauntlet
