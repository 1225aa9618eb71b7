// SPDX-License-Identifier: Apache-2.0
// The stack switch for aarch64 (AAPCS64). Included by context.hpp only; see context_x86_64.hpp for
// the idea.
//
// x0 to x3 carry from, to, settle and argument. sp, x29 and the address to go on at are saved by
// hand; all others are clobbered, on Linux also x18, which compilers use for temporaries. x30 is
// nulled, so that the backtrace of a fresh stack ends at its entry. The jump goes through x16, and
// lands on `bti j` (a no-op without BTI).
#pragma once

#include <cstddef>

namespace gauntlet::impls::work_stealing {

static_assert(offsetof(Context, stack_pointer) == 0);
static_assert(offsetof(Context, frame_pointer) == 8);
static_assert(offsetof(Context, resume_at) == 16);

[[gnu::always_inline]] inline Departure switch_context(Context& from, Context& to,
                                                       Departure departure) {
  register Context* from_register asm("x0") = &from;
  register Context* to_register asm("x1") = &to;
  register Departure::Settle settle asm("x2") = departure.settle;
  register void* argument asm("x3") = departure.argument;
  asm volatile(
      "adr x9, 1f\n\t"
      "mov x10, sp\n\t"
      "stp x10, x29, [x0]\n\t"
      "str x9, [x0, #16]\n\t"
      "ldp x10, x29, [x1]\n\t"
      "ldr x16, [x1, #16]\n\t"
      "mov sp, x10\n\t"
      "mov x30, xzr\n\t"
      "br x16\n"
      "1:\n\t"
      "hint #36"
      : "+r"(from_register), "+r"(to_register), "+r"(settle), "+r"(argument)
      :
      : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
        "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0",
        "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14",
        "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27",
        "v28", "v29", "v30", "v31", "memory", "cc");
  return {settle, argument};
}

inline void prepare_context(Context& context, void* top, Entry entry) {
  const auto aligned = reinterpret_cast<std::uintptr_t>(top) & ~std::uintptr_t{15};
  context.stack_pointer = reinterpret_cast<void*>(aligned);
  context.frame_pointer = nullptr;
  context.resume_at = reinterpret_cast<void*>(entry);
}

/// In the first function of a stack: unwinders and debuggers stop here.
[[gnu::always_inline]] inline void end_backtrace_here() { asm volatile(".cfi_undefined x30"); }

}  // namespace gauntlet::impls::work_stealing
