// SPDX-License-Identifier: Apache-2.0
// One run of the runtime that lives as long as the process: its first goroutine does pass after pass on
// request. So workers and pools are warm between passes, and starting them is never inside a timed region.
//
// The root goroutine waits for requests by blocking its OS thread, outside every timed region: no timer,
// poller or foreign wake-up of the runtime takes part.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "harness/usage.hpp"
#include "harness/workload.hpp"

namespace gauntlet {

/// What the harness saw of one pass.
struct PassTime {
  std::int64_t elapsed_ns = 0;
  std::int64_t cpu_ns = 0;
  std::int64_t minor_faults = 0;
  std::int64_t asked_ns = 0;  ///< Of elapsed_ns: no part of the figure.

  PassTime& operator+=(const PassTime& other) {
    elapsed_ns += other.elapsed_ns;
    cpu_ns += other.cpu_ns;
    minor_faults += other.minor_faults;
    asked_ns += other.asked_ns;
    return *this;
  }
};

class Session {
 public:
  Session(const Workload& workload, const RunConfig& config)
      : workload_(workload),
        thread_([this, config] { run(config, [this]() -> Task { AWAIT serve(); }); }) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    hand_over(Turn::kEnd);
    thread_.join();
  }

  /// Does one pass in the root goroutine; blocks the calling thread until it is over.
  PassTime time(Pass& pass) {
    pass_ = &pass;
    hand_over(Turn::kRoot);
    wait_until([this] { return turn_ == Turn::kCaller; });
    return time_;
  }

 private:
  Task serve() {
    for (;;) {
      wait_until([this] { return turn_ != Turn::kCaller; });
      if (turn_ == Turn::kEnd) break;
      const std::int64_t faults_before = minor_faults();
      const std::int64_t cpu_before = cpu_ns();
      const auto begin = std::chrono::steady_clock::now();
      AWAIT workload_.body(*pass_);
      const std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - begin;
      const std::int64_t cpu = cpu_ns() - cpu_before;
      time_ = {.elapsed_ns = elapsed.count(),
               .cpu_ns = cpu,
               .minor_faults = minor_faults() - faults_before,
               .asked_ns = pass_->asked_ns};
      hand_over(Turn::kCaller);
    }
  }

  enum class Turn : std::uint8_t { kCaller, kRoot, kEnd };

  void hand_over(Turn turn) {
    {
      const std::lock_guard lock(mutex_);
      turn_ = turn;
    }
    changed_.notify_all();
  }
  void wait_until(auto&& condition) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, condition);
  }

  const Workload& workload_;
  Pass* pass_ = nullptr;
  PassTime time_;
  std::mutex mutex_;  // Guards turn_, and hands pass_ and time_ over with it.
  std::condition_variable changed_;
  Turn turn_ = Turn::kCaller;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace gauntlet
