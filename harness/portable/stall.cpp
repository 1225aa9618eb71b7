// SPDX-License-Identifier: Apache-2.0
// Writes the report and ends the program.
#include "harness/portable/stall.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "harness/portable/census.hpp"
#include "harness/portable/goroutine_dump.hpp"
#include "harness/portable/wait_cycle.hpp"

namespace gauntlet {
namespace {

// Never destroyed: the last goroutines may still be leaving when main() has returned.
std::mutex& hook_mutex = *new std::mutex;  // Guards hook.
std::function<void(const Stall&)>& hook = *new std::function<void(const Stall&)>;
/// One report at a time: who comes to rest last may be slow to look whether all are asleep, and then finds the
/// same stall as one that came later.
std::mutex& telling = *new std::mutex;

constexpr int kExitCode = 2;  // As Go's.

std::string title(const Stall& stall) {
  if (stall.kind == Stall::Kind::kDeadlock) return "gauntlet: all goroutines are asleep - deadlock!";
  const std::size_t count = stall.goroutines.size();
  return "gauntlet: leak: the root has returned, and " +
         (count == 1 ? std::string("1 goroutine waits") : std::to_string(count) + " goroutines wait") +
         " for ever";
}

/// Empty if somebody can act after all.
std::optional<Stall> judge() {
  if (!Census::all_asleep()) return std::nullopt;  // Before the facts as well: they are of those who sleep.
  Stall stall;
  stall.run = Census::runs();
  stall.goroutines = Census::facts();
  stall.kind = Census::root_is_alive() ? Stall::Kind::kDeadlock : Stall::Kind::kLeak;
  if (!Census::all_asleep() || stall.goroutines.empty()) return std::nullopt;
  stall.text = title(stall) + "\n\n";
  stall.text += cycle_text(stall.goroutines, Reach::all()) + "\n" + text_of(stall.goroutines);
  stall.text +=
      "\nWas a thread outside of the goroutines about to wake one of them? Then it has to hold a "
      "gauntlet::ExternalWaker.\n";
  return stall;
}

[[noreturn]] void end_program(const Stall& stall) {
  std::fflush(stdout);
  std::fputs(stall.text.c_str(), stderr);
  std::_Exit(kExitCode);
}

/// The same goroutines in the same parks. Of the same run: a poller's report may end when the next run stalls.
bool same(const Stall& one, const Stall& other) {
  const auto sleeps_on = [](const GoroutineFacts& a, const GoroutineFacts& b) { return a.id == b.id && a.parks == b.parks; };
  return one.run == other.run && std::ranges::equal(one.goroutines, other.goroutines, sleeps_on);
}

void tell() {
  const std::lock_guard one_at_a_time(telling);
  std::optional<Stall> stall = judge();
  while (stall) {
    std::function<void(const Stall&)> taker;
    {
      const std::lock_guard guard(hook_mutex);
      taker = hook;
    }
    if (!taker) end_program(*stall);
    // The hook counts as one that can act: it wakes goroutines one by one, and the first may run and end
    // before it has woken the second.
    Census::one_more_busy();
    taker(*stall);
    if (!Census::last_one_rests()) return;
    std::optional<Stall> now = judge();
    if (now && same(*stall, *now)) return;  // It woke nobody, and knows.
    stall = std::move(now);
  }
}

}  // namespace

void on_stall(std::function<void(const Stall&)> taker) {
  const std::lock_guard guard(hook_mutex);
  hook = std::move(taker);
}

void report_stall() {
  // The caller may stand on the few KiB that are left of a goroutine's stack, or in the middle of a
  // switch. Nobody else runs, so there is time for a thread.
  try {
    std::thread(tell).join();
  } catch (const std::system_error&) {
    tell();
  }
}

}  // namespace gauntlet
