// SPDX-License-Identifier: Apache-2.0
// A stack to continue on: three words, and the switch between two of them. No kernel call, except where no assembly
// is written for the CPU, or GAUNTLET_PORTABLE_SWITCH asks for what that CPU would get.
//
// The switch is inlined into its caller: the compiler saves exactly the registers that are alive
// there, and the jump has its own entry in the branch predictor. A switch that ends in `ret`
// mispredicts every time (7 ns instead of 1), because the return stack belongs to the goroutine
// that left.
//
// A departure travels with the switch: what must happen only once the leaver's registers are saved,
// such as letting other threads find it. The arriving side settles it first of all.
//
// Not switched: the floating-point control words (rounding, masks); they belong to the worker
// thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace gauntlet::impls::work_stealing {

/// Where a stack goes on. Valid while its owner is not running.
struct Context {
  void* stack_pointer = nullptr;
  void* frame_pointer = nullptr;
  void* resume_at = nullptr;
};

/// What the arriving side does for the one that left: calls `settle(argument)`. The commonest is no
/// call: without `settle`, `argument` is the byte of a lock to be released, or null for nothing.
struct Departure {
  using Settle = void (*)(void* argument) noexcept;
  using LockByte = std::atomic<bool>;

  Settle settle = nullptr;
  void* argument = nullptr;

  static Departure unlocking(LockByte& locked) { return {nullptr, &locked}; }

  [[gnu::always_inline]] void be_settled() const {
    if (settle != nullptr) return settle(argument);
    // release pairs with the acquire of whoever locks next: it finds the leaver saved.
    if (argument != nullptr) static_cast<LockByte*>(argument)->store(false, std::memory_order_release);
  }
};

/// The first function of a fresh stack. It gets what a switch leaves in the argument registers, and
/// never returns.
using Entry = void (*)(Context* from, Context* self, Departure::Settle settle, void* argument);

/// Saves the caller in `from`, continues `to`. Returns, possibly on another thread, when somebody
/// switches to `from`; the result is the departure of whoever did.
Departure switch_context(Context& from, Context& to, Departure departure);

/// Makes `context` start in `entry` on the stack that grows down from `top`.
void prepare_context(Context& context, void* top, Entry entry);

}  // namespace gauntlet::impls::work_stealing

#if !defined(GAUNTLET_PORTABLE_SWITCH) && !defined(__x86_64__) && !defined(__aarch64__)
#define GAUNTLET_PORTABLE_SWITCH
#endif

#if defined(GAUNTLET_PORTABLE_SWITCH)
#include "impls/work_stealing/context_portable.hpp"
#elif defined(__x86_64__)
#include "impls/work_stealing/context_x86_64.hpp"
#else
#include "impls/work_stealing/context_aarch64.hpp"
#endif

namespace gauntlet::impls::work_stealing {

#if defined(GAUNTLET_PORTABLE_SWITCH)
inline constexpr bool kPortableSwitch = true;
#else
inline constexpr bool kPortableSwitch = false;
#endif

}  // namespace gauntlet::impls::work_stealing
