// SPDX-License-Identifier: Apache-2.0
// Tells a hang (nobody uses the processor) from slowness (somebody does), and says what is known.
#include "harness/watchdog.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "harness/portable/reports.hpp"
#include "harness/supervisor.hpp"
#include "harness/usage.hpp"

namespace gauntlet {
namespace {

using std::chrono::milliseconds;

std::string seconds_text(milliseconds limit) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g s", static_cast<double>(limit.count()) / 1e3);
  return text;
}

}  // namespace

Watchdog::Watchdog(milliseconds limit, Describe describe)
    : thread_([this, limit, describe = std::move(describe)] { watch(limit, describe); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Watchdog::watch(milliseconds limit, const Describe& describe) {
  constexpr milliseconds kLookAt(500);  // The last stretch, in which idleness is judged.
  constexpr double kIdleShare = 0.05;
  std::unique_lock lock(mutex_);
  const auto ended = [this] { return ended_; };
  const milliseconds first = limit > kLookAt ? limit - kLookAt : milliseconds(0);
  const milliseconds rest = limit - first;
  double used = 0;
  for (std::int64_t begun = kRests, seen = kRests; begun == kRests || begun != seen;) {
    begun = begun_ns_.load(std::memory_order_relaxed);
    const std::chrono::nanoseconds since(begun == kRests ? 0 : now_ns() - begun);
    if (changed_.wait_for(lock, std::max(std::chrono::nanoseconds(0), first - since), ended)) return;
    const std::int64_t cpu_before = cpu_ns();
    if (changed_.wait_for(lock, rest, ended)) return;
    used = static_cast<double>(cpu_ns() - cpu_before) / (static_cast<double>(rest.count()) * 1e6);
    seen = begun_ns_.load(std::memory_order_relaxed);  // Another: it rested in between, or other work has begun.
  }

  const std::string who = describe();
  std::fprintf(stderr, "Who waits for what after %s:\n%s(%s)\n", seconds_text(limit).c_str(),
               who.empty() ? "nobody waits in a portable channel, wait group or mutex\n" : who.c_str(),
               kReportsAreOff);
  const std::string first_line = who.substr(0, who.find('\n'));
  std::string reason;
  if (used < kIdleShare)
    reason = "hung: " + (first_line.empty() ? "nothing ran for half a second" : first_line);
  else
    reason = "timeout: not done after " + seconds_text(limit);
  std::_Exit(tell(ExitCode::kDidNotFinish, reason));
}

}  // namespace gauntlet
