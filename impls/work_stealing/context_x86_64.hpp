// SPDX-License-Identifier: Apache-2.0
// The stack switch for x86_64 (System V ABI). Included by context.hpp only.
//
// rdi, rsi, rdx, rcx carry from, to, settle and argument: a switch lands either behind another
// switch, which finds its departure in rdx and rcx, or at the entry of a fresh stack, which takes
// the four as its arguments. rsp, rbp and the address to go on at are saved by hand, all other
// registers are clobbered. Nothing is pushed on either stack, so a red zone stays intact.
#pragma once

#include <cstddef>

namespace gauntlet::impls::work_stealing {

static_assert(offsetof(Context, stack_pointer) == 0);
static_assert(offsetof(Context, frame_pointer) == 8);
static_assert(offsetof(Context, resume_at) == 16);

#if defined(__AVX512F__)
#define GAUNTLET_AVX512_REGISTERS                                                               \
  , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25",   \
      "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", \
      "k7"
#else
#define GAUNTLET_AVX512_REGISTERS
#endif

[[gnu::always_inline]] inline Departure switch_context(Context& from, Context& to,
                                                       Departure departure) {
  Context* from_register = &from;
  Context* to_register = &to;
  asm volatile(
      "leaq 1f(%%rip), %%rax\n\t"
      "movq %%rsp, 0(%%rdi)\n\t"
      "movq %%rbp, 8(%%rdi)\n\t"
      "movq %%rax, 16(%%rdi)\n\t"
      "movq 0(%%rsi), %%rsp\n\t"
      "movq 8(%%rsi), %%rbp\n\t"
      "jmpq *16(%%rsi)\n\t"
      ".p2align 4\n"
      "1:"
      : "+D"(from_register), "+S"(to_register), "+d"(departure.settle), "+c"(departure.argument)
      :
      : "rax", "rbx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2",
        "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
        "xmm14", "xmm15", "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)",
        "memory", "cc" GAUNTLET_AVX512_REGISTERS);
  return departure;
}

#undef GAUNTLET_AVX512_REGISTERS

inline void prepare_context(Context& context, void* top, Entry entry) {
  // As after a call: the stack is 16-aligned above a return address. That address is null, which is
  // where backtraces end.
  const auto aligned = reinterpret_cast<std::uintptr_t>(top) & ~std::uintptr_t{15};
  auto* return_address = reinterpret_cast<void**>(aligned) - 1;
  *return_address = nullptr;
  context.stack_pointer = return_address;
  context.frame_pointer = nullptr;
  context.resume_at = reinterpret_cast<void*>(entry);
}

/// In the first function of a stack: unwinders and debuggers stop here.
[[gnu::always_inline]] inline void end_backtrace_here() { asm volatile(".cfi_undefined rip"); }

}  // namespace gauntlet::impls::work_stealing
