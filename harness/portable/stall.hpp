// SPDX-License-Identifier: Apache-2.0
// The end of a program that cannot go on: nothing can act, and somebody waits (rules R3 and R4).
//
// Two kinds. A deadlock: the root waits as well. A leak: the root has returned, and what it left behind
// waits for ever; run() would never return. Either is fatal by default, with a report and exit code 2.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/portable/goroutine_record.hpp"

namespace gauntlet {

struct Stall {
  enum class Kind : std::uint8_t { kDeadlock, kLeak };

  Kind kind = Kind::kDeadlock;
  std::uint64_t run = 0;                   ///< Which run of this process, from 1.
  std::vector<GoroutineFacts> goroutines;  ///< Everyone who is alive.
  std::string text;                        ///< The report, as it would be printed.
};

/// Called instead of ending the program, on a thread of its own, while every goroutine sleeps. It may wake
/// some: then they go on, and no second report comes before it returns. Afterwards, if all sleep again, one does;
/// not if it woke nobody. An empty one restores the default.
void on_stall(std::function<void(const Stall&)> hook);

/// The census calls it when nothing can act any more. Returns if a hook took the report, or if somebody
/// was woken after all.
void report_stall();

}  // namespace gauntlet
