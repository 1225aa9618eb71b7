// SPDX-License-Identifier: Apache-2.0
// All goroutines that have not ended, and how many things can still act. Needs nothing from a runtime:
// the colour says when one is started, parked, woken and ended (colour/recorded_*.hpp).
//
// busy = goroutines that are not parked + external wakers (timers, foreign threads with a guard).
// At 0 nothing can act any more: whoever is alive waits for ever. The count is exact without a lock, and
// relaxed, because it is one word whose changes have one order:
//   - a waker counts for itself while it counts the one that it wakes, and before resume();
//   - a goroutine that parks stops counting after its handle is published, so it may count twice for a
//     moment (woken already, not yet subtracted), and never too little.
// A thread that is no goroutine and wakes one must hold an ExternalWaker: it cannot be seen otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <vector>

#include "harness/portable/goroutine_record.hpp"

namespace gauntlet {

class Census {
 public:
  /// The record of the goroutine that calls; null on other threads, and where nobody keeps records. It is
  /// asked for again after every park and yield, never remembered: a goroutine changes threads.
  static GoroutineRecord* current();
  static void set_current(GoroutineRecord* record);

  /// A goroutine is about to be started by the caller. Its record stays where it is until leave().
  static void enter(GoroutineRecord& record);
  /// It has ended, with all its captures; or was not started after all. May report and end the program.
  static void leave(GoroutineRecord& record);

  /// The caller may act from now on, or wakes one that may.
  static void one_more_busy();
  /// One less. May report and end the program: if nobody is left that could act, see stall.hpp. The
  /// caller holds no lock, and touches no goroutine that it has just parked.
  static void one_less_busy();
  /// The same without the report. True: it was the last one, and all are asleep.
  static bool last_one_rests();

  /// Whether a source of wake-ups is armed, such as the timers: asked only when everybody is parked. It counts
  /// itself as busy (ExternalWaker) before it disarms, until all are woken. Never taken back.
  static void ask_before_a_stall(bool (*is_armed)());

  /// Nothing can act, somebody is alive.
  static bool all_asleep();
  static std::size_t alive();
  static std::uint64_t busy();
  static bool root_is_alive();

  /// Everyone who is alive, by id. From any thread.
  static std::vector<GoroutineFacts> facts();

  /// Numbers start at 1 again if nobody is alive: the root of a run is goroutine 1.
  static void begin_run();
  /// How many runs have begun: goroutine 1 of one is not goroutine 1 of another.
  static std::uint64_t runs();
};

/// While it lives, something outside of the goroutines may wake one: a timer that is armed, a thread.
class ExternalWaker {
 public:
  ExternalWaker() { Census::one_more_busy(); }
  ExternalWaker(const ExternalWaker&) = delete;
  ExternalWaker& operator=(const ExternalWaker&) = delete;
  ~ExternalWaker() { Census::one_less_busy(); }
};

}  // namespace gauntlet
