// SPDX-License-Identifier: Apache-2.0
// The contract: the five verbs that a goroutine runtime offers. Everything else stands on them.
//
// suspend(try_park) has the shape of Go's gopark(unlockf): the runtime names the goroutine by a handle,
// try_park publishes that handle (usually under a lock that it then releases) and says whether to stay
// parked. A wake-up cannot be lost, because whoever finds the handle may resume it at once.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace gauntlet {

/// How a run is configured; every runtime gets the same values.
struct RunConfig {
  unsigned workers = 1;                 ///< OS threads that execute goroutines.
  std::size_t stack_bytes = 64 * 1024;  ///< Usable stack; ignored where stacks are not the lane's.
  std::uint64_t seed = 0;               ///< For victim selection and the like.
};

/// What a goroutine's frames live on.
enum class Stack : std::uint8_t { kFiber, kThread, kBorrowed, kNone };

constexpr std::string_view to_string(Stack stack) {
  switch (stack) {
    case Stack::kFiber:
      return "fiber";
    case Stack::kThread:
      return "thread";
    case Stack::kBorrowed:
      return "borrowed";
    case Stack::kNone:
      return "none";
  }
  return "unknown";
}

/// What a runtime says about itself; copied into every result.
struct RuntimeInfo {
  std::string_view name;     ///< The lane, as it is called in every table.
  std::string_view version;  ///< Of the library behind it.
  Stack stack = Stack::kFiber;
  std::string_view tuning;  ///< What the adapter sets, in words; empty for defaults.
};

/// A job that the concept checks runtimes with: blocking runtimes take any callable.
using ProbeJob = void (*)();

/// The five verbs. Optional:
///   R::declines(config) -> std::string   Why such a run would measure nothing of its own; empty if it would.
///   R::enter_run() -> bool, R::leave_run()   A thread that is no worker comes into the run, which does not end
///       before it has left; false: the run is over, or there is none. In between it may call go(). Timers
///       that start goroutines (after_func) need it.
///   R::resume_all(std::span<const Handle>)   As resume() for each, at the price of one.
///   R::suspend_unlocking(Handle& handle, std::atomic<bool>& held)   As suspend(), for a caller that holds a lock under
///       which others find `handle`: it is set, and `held` is stored false when the goroutine may be resumed.
///   R::ObjectAtomics   The atomics in channels, mutexes and the like, instead of RealAtomics (atomics.hpp): of a runtime
///       that knows when one thread alone uses them (portable/biased_atomic.hpp).
template <class R>
concept Runtime = requires(const RunConfig& config, ProbeJob job, typename R::Handle handle,
                           bool (*try_park)(typename R::Handle)) {
  { R::info } -> std::convertible_to<RuntimeInfo>;
  R::run(config, job);   // Runs `job` as the first goroutine; returns when every one has ended.
  R::go(job);            // Starts a goroutine; never waits for it. Throws GoroutineLimit if it cannot.
  R::yield();            // Lets another ready goroutine run.
  R::suspend(try_park);  // Calls try_park(handle); parks the caller only if that said true.
  R::resume(handle);     // Makes that goroutine ready: from any thread, once per park, maybe before
                         // the caller of suspend() is off its stack. The runtime copes with that.
};

}  // namespace gauntlet
