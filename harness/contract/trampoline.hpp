// SPDX-License-Identifier: Apache-2.0
// Runs a goroutine made of coroutines that await each other, without growing the thread's stack.
//
// Symmetric transfer does the same where the compiler turns it into a jump. g++ 12 does so at -O2
// and up without sanitizers only; elsewhere a loop of a million `AWAIT f()` is a million frames
// deep. So a coroutine names its successor and returns to the loop here, in every build alike.
#pragma once

#include <coroutine>
#include <utility>

#include "harness/contract/race_slice.hpp"

namespace gauntlet {

class Trampoline {
 public:
  /// Continues `goroutine` until it parks or ends; the handle may be dead on return. On a worker,
  /// outside of any goroutine: a call from within one would nest.
  static void run(std::coroutine_handle<> goroutine) {
    const race::Slice slice(goroutine);
    do {
      race::Slice::runs(goroutine);
      goroutine.resume();
      goroutine = take_next();
    } while (goroutine);
  }

  /// Names the coroutine that this goroutine continues with. From await_suspend(), which then
  /// returns.
  static void continue_with(std::coroutine_handle<> next) {
    const race::Hidden hidden;
    next_ = next;
  }

 private:
  static std::coroutine_handle<> take_next() {
    const race::Hidden hidden;
    return std::exchange(next_, nullptr);
  }

  static inline thread_local constinit std::coroutine_handle<> next_{};
};

}  // namespace gauntlet
