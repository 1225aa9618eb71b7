// SPDX-License-Identifier: Apache-2.0
// Says "goroutine stack overflow" when a goroutine runs into its guard page, and ends the program.
// Any other fault goes to whoever handled SIGSEGV before.
//
// The handler needs a stack of its own, since the goroutine's is used up: one SignalStack per
// worker.
#pragma once

#include <signal.h>

#include <atomic>
#include <cstddef>
#include <memory>

#include "harness/portable/stack_overflow.hpp"
#include "impls/work_stealing/goroutine.hpp"
#include "impls/work_stealing/stack_reservation.hpp"

namespace gauntlet::impls::work_stealing {

/// The calling thread's alternate signal stack, for the life of the object.
class SignalStack {
 public:
  SignalStack() : memory_(new std::byte[kBytes]) {
    stack_t stack{};
    stack.ss_sp = memory_.get();
    stack.ss_size = kBytes;
    sigaltstack(&stack, &before_);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;
  /// The sanitizers unmap the stack that they find at the end of a thread: it had better be theirs.
  ~SignalStack() { sigaltstack(&before_, nullptr); }

 private:
  static constexpr std::size_t kBytes = 64 * 1024;

  std::unique_ptr<std::byte[]> memory_;
  stack_t before_{};
};

/// The process's SIGSEGV handler, for the life of the object. One at a time.
class StackOverflowHandler {
 public:
  explicit StackOverflowHandler(const StackReservation& stacks) {
    // release pairs with the acquire in handle().
    stacks_.store(&stacks, std::memory_order_release);
    struct sigaction action{};
    action.sa_sigaction = &handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &before_);
  }
  StackOverflowHandler(const StackOverflowHandler&) = delete;
  StackOverflowHandler& operator=(const StackOverflowHandler&) = delete;
  ~StackOverflowHandler() {
    sigaction(SIGSEGV, &before_, nullptr);
    // release: as above.
    stacks_.store(nullptr, std::memory_order_release);
  }

 private:
  /// Async-signal-safe: no allocation, no stdio.
  static void handle(int, siginfo_t* info, void*) {
    // acquire pairs with the release in the constructor.
    const StackReservation* stacks = stacks_.load(std::memory_order_acquire);
    const Goroutine* owner = stacks == nullptr ? nullptr : stacks->owner_of_guard(info->si_addr);
    if (owner == nullptr) {
      // Not ours: the instruction faults again under the handler from before, or ends the program.
      sigaction(SIGSEGV, &before_, nullptr);
      return;
    }
    die_of_stack_overflow({.goroutine = owner->id, .stack_bytes = stacks->stack_bytes()});
  }

  static inline std::atomic<const StackReservation*> stacks_{nullptr};
  static inline struct sigaction before_{};
};

}  // namespace gauntlet::impls::work_stealing
