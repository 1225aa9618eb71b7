// SPDX-License-Identifier: Apache-2.0
// "goroutine stack overflow" instead of a bare SIGSEGV, on every lane whose stacks end in something that
// faults (rule R2).
//
// How an overflow is told from another fault without knowing any stack's bounds: a goroutine runs, and the
// address that faulted lies next to the stack pointer. Live stack is mapped, so what faults there is the
// guard. A frame that is larger than the guard may step over it: compile with -fstack-clash-protection.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gauntlet {

/// Handles SIGSEGV for the rest of the process; any other fault goes to whoever handled it before.
void watch_for_stack_overflow();

/// The calling thread gets a stack for signal handlers, for as long as it lives, unless it has one.
void prepare_thread_for_stack_overflow();

/// Who the runtime thinks it was, where nobody keeps records. Async-signal-safe; on the thread that
/// overflowed.
struct Overflowed {
  std::uint64_t goroutine = 0;
  std::uint64_t stack_bytes = 0;  ///< 0: not known.
};
[[noreturn]] void die_of_stack_overflow(Overflowed overflowed);

}  // namespace gauntlet
