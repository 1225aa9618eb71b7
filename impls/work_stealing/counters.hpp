// SPDX-License-Identifier: Apache-2.0
// What a run has done so far, in numbers: Runtime::counters().
//
// Each number is right for an instant while the reader went over the workers, not all of them for the same one. When
// the run is over they agree: spawned == ended, parks == wakes, stacks_live == 0.
#pragma once

#include <cstdint>

namespace gauntlet::impls::work_stealing {

struct Counters {
  std::uint64_t spawned = 0;  ///< Goroutines that go() has started, the root among them.
  std::uint64_t ended = 0;    ///< Those that have returned. Never more than spawned.
  std::uint64_t parks = 0;    ///< Times a goroutine left its worker until it would be resumed.
  /// Times a parked one was made ready again. Counted when it leaves its waker's slot: to run, to the end of a
  /// queue, or to another worker. A try_park that refuses is a park and a wake.
  std::uint64_t wakes = 0;
  std::uint64_t yields = 0;       ///< Calls of yield() by goroutines, also where nobody else was ready.
  std::uint64_t steals = 0;       ///< Goroutines that a worker took from another one's queue or slot.
  std::uint64_t retreats = 0;     ///< Times a worker gave all it had to the others, because it waited for their locks.
  std::uint64_t stacks_live = 0;  ///< Stacks with a goroutine that has begun and has not ended.
};

}  // namespace gauntlet::impls::work_stealing
