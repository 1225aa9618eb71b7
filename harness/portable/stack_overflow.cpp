// SPDX-License-Identifier: Apache-2.0
// One handler per process, one signal stack per thread.
#include "harness/portable/stack_overflow.hpp"

#include <signal.h>
#include <ucontext.h>

#include <cstdlib>
#include <memory>
#include <mutex>

#include "harness/portable/census.hpp"
#include "harness/portable/signal_line.hpp"

namespace gauntlet {
namespace {

struct sigaction handler_before {};

std::uintptr_t stack_pointer_of(const void* context) {
  const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<std::uintptr_t>(machine.gregs[REG_RSP]);
#elif defined(__aarch64__)
  return static_cast<std::uintptr_t>(machine.sp);
#else
  static_cast<void>(machine);
  return ~std::uintptr_t{0};  // Nothing faults near it: an overflow is told as any other fault.
#endif
}

void handle(int, siginfo_t* info, void* context) {
  constexpr std::uintptr_t kNear = 64 * 1024;
  const std::uintptr_t stack_pointer = stack_pointer_of(context);
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const std::uintptr_t apart =
      address < stack_pointer ? stack_pointer - address : address - stack_pointer;
  if (Census::current() != nullptr && apart < kNear) die_of_stack_overflow({});
  // Not ours: the instruction faults again under the handler from before, or ends the program.
  sigaction(SIGSEGV, &handler_before, nullptr);
}

class SignalStack {
 public:
  SignalStack() {
    stack_t now{};
    sigaltstack(nullptr, &now);
    if ((now.ss_flags & SS_DISABLE) == 0) return;  // The runtime's, or a sanitizer's.
    memory_.reset(new std::byte[kBytes]);
    stack_t mine{};
    mine.ss_sp = memory_.get();
    mine.ss_size = kBytes;
    sigaltstack(&mine, nullptr);
  }
  ~SignalStack() {
    if (memory_ == nullptr) return;
    stack_t now{};
    sigaltstack(nullptr, &now);
    if (now.ss_sp != memory_.get()) return;  // Somebody else's by now.
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  static constexpr std::size_t kBytes = 64 * 1024;  // AVX-512 registers alone take several KiB.
  std::unique_ptr<std::byte[]> memory_;
};

}  // namespace

void watch_for_stack_overflow() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_sigaction = &handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &handler_before);
  });
}

[[gnu::noinline]] void prepare_thread_for_stack_overflow() {
  thread_local SignalStack signal_stack;
}

void die_of_stack_overflow(Overflowed overflowed) {
  SignalLine line;
  line.add("gauntlet: goroutine stack overflow: goroutine ");
  if (const GoroutineRecord* record = Census::current()) {
    line.add(record->id());
    line.add(", started at ");
    line.add(record->site().file_name());
    line.add(":");
    line.add(std::uint64_t{record->site().line()});
  } else {
    line.add(overflowed.goroutine);
  }
  if (overflowed.stack_bytes > 0) {
    line.add(", stack of ");
    line.add(overflowed.stack_bytes);
    line.add(" bytes");
  }
  line.add("\n");
  line.write_to_stderr();
  std::abort();
}

}  // namespace gauntlet
