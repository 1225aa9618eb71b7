// SPDX-License-Identifier: Apache-2.0
// A hang is a failure with a reason: after GAUNTLET_TEST_TIMEOUT seconds (150) in one test it tells who
// waits for what, what it had of the processors, and aborts.
//
// Seconds are counted one by one, so that those in which the whole process was stopped (a debugger, a suspended
// machine) count as one: a test that was not let run has not hung.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <string>
#include <thread>

#include "harness/under_test.hpp"

namespace gauntlet::contract {

class Watchdog final : public ::testing::EmptyTestEventListener {
 public:
  Watchdog() : thread_([this] { watch(); }) {}
  ~Watchdog() override {
    {
      const std::lock_guard guard(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void OnTestStart(const ::testing::TestInfo& test) override {
    set(std::string(test.test_suite_name()) + "." + test.name());
  }
  void OnTestEnd(const ::testing::TestInfo&) override { set(""); }

 private:
  static std::chrono::seconds patience() {
    const char* asked = std::getenv("GAUNTLET_TEST_TIMEOUT");
    const int seconds = asked == nullptr ? 150 : std::atoi(asked);
    return std::chrono::seconds(seconds < 1 ? 150 : seconds);
  }

  void set(std::string name) {
    {
      const std::lock_guard guard(mutex_);
      running_ = std::move(name);
      ++turn_;
    }
    changed_.notify_all();
  }

  void watch() {
    std::unique_lock lock(mutex_);
    while (!over_) {
      const unsigned turn = turn_;
      const auto moved_on = [&] { return over_ || turn_ != turn; };
      if (running_.empty()) {
        changed_.wait(lock, moved_on);
        continue;
      }
      const double cpu_before = cpu_seconds();
      std::chrono::seconds left = patience();
      while (left.count() > 0 && !changed_.wait_for(lock, std::chrono::seconds(1), moved_on)) --left;
      if (left.count() == 0) bark(cpu_seconds() - cpu_before);
    }
  }

  static double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
  }

  [[noreturn]] void bark(double cpu) const {
    // A runtime that is wrong may have made a ring of what is walked now: SIGALRM ends the program.
    constexpr unsigned kSecondsToTell = 60;
    alarm(kSecondsToTell);
    std::fprintf(stderr, "gauntlet: hung: %s after %lld s, with %.1f s of CPU time; who waits for what:\n",
                 running_.c_str(), static_cast<long long>(patience().count()), cpu);
    const std::string waiting = WaitPlace::describe_all();
    std::fprintf(stderr, "%s\n%s",
                 waiting.empty() ? "nobody waits in a channel, wait group or mutex\n" : waiting.c_str(),
                 dump_goroutines().c_str());
    std::fflush(nullptr);
    std::abort();
  }

  std::mutex mutex_;  // Guards all below.
  std::condition_variable changed_;
  std::string running_;  // The test that runs, or "".
  unsigned turn_ = 0;
  bool over_ = false;
  std::thread thread_;  // The last member: it uses the others.
};

}  // namespace gauntlet::contract
