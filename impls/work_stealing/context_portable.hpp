// SPDX-License-Identifier: Apache-2.0
// The stack switch for every other CPU, over ucontext (POSIX; glibc has it). Included by context.hpp only.
//
// Right, and slow: swapcontext() saves the signal mask, which is a system call per switch. It saves the
// floating-point control words, too, so they belong to the goroutine here.
//
// The registers of a stack that was left lie on it, and stack_pointer says where; what a fresh one starts with
// lies at its top. The departure lies on the stack that is left as well: whoever switches to a context stores in
// its frame_pointer where. The arriving side copies it before it settles it, so before the leaver can go on.
// resume_at stays the entry.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <new>

#include "harness/contract/panic.hpp"

namespace gauntlet::impls::work_stealing {

struct Passage {
  Context* from;
  Departure departure;
};

// The addresses of locals go into contexts by design: the frame stays until somebody continues it.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdangling-pointer"
#endif

// Without AddressSanitizer, whose locals may lie elsewhere than on the stack.
[[gnu::noinline, gnu::no_sanitize_address]] inline Departure switch_context(Context& from, Context& to,
                                                                            Departure departure) {
  ucontext_t registers;
  registers.uc_stack = {};  // Unknown: AddressSanitizer's swapcontext() looks.
  Passage passage{&from, departure};
  from.stack_pointer = &registers;
  to.frame_pointer = &passage;
  if (swapcontext(&registers, static_cast<ucontext_t*>(to.stack_pointer)) != 0)
    panic("swapcontext() failed");
  return static_cast<const Passage*>(from.frame_pointer)->departure;
}

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

/// makecontext() passes ints: two are the address of the context.
[[gnu::no_sanitize_address]] inline void enter_context(unsigned high, unsigned low) {
  const auto address = static_cast<std::uintptr_t>(std::uint64_t{high} << 32 | low);
  auto* self = reinterpret_cast<Context*>(address);
  const Passage passage = *static_cast<const Passage*>(self->frame_pointer);
  reinterpret_cast<Entry>(self->resume_at)(passage.from, self, passage.departure.settle,
                                           passage.departure.argument);
}

inline void prepare_context(Context& context, void* top, Entry entry) {
  constexpr std::size_t kAlignment = 64;
  const auto end = reinterpret_cast<std::uintptr_t>(top) - sizeof(ucontext_t);
  auto* place = reinterpret_cast<std::byte*>(end & ~(kAlignment - 1));
  auto* registers = ::new (static_cast<void*>(place)) ucontext_t;
  if (getcontext(registers) != 0) panic("getcontext() failed");
  // makecontext() wants where the stack begins, and uses where it ends only.
  constexpr std::size_t kFirstFrames = 1024;
  registers->uc_stack.ss_sp = place - kFirstFrames;
  registers->uc_stack.ss_size = kFirstFrames;
  registers->uc_link = nullptr;
  const auto self = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(&context));
  makecontext(registers, reinterpret_cast<void (*)()>(&enter_context), 2,
              static_cast<unsigned>(self >> 32), static_cast<unsigned>(self));
  context.stack_pointer = registers;
  context.frame_pointer = nullptr;
  context.resume_at = reinterpret_cast<void*>(entry);
}

/// makecontext() has seen to it: backtraces end at its own first frame.
inline void end_backtrace_here() {}

}  // namespace gauntlet::impls::work_stealing
