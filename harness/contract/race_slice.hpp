// SPDX-License-Identifier: Apache-2.0
// What ThreadSanitizer is told about goroutines that are coroutines: see race_detector.hpp. Empty in
// a build without GAUNTLET_GO_EDGES.
//
// A goroutine runs in slices on whatever worker takes it up. What the runtime hands about is the
// handle of the coroutine that is suspended innermost, which is always the one that the trampoline
// resumed last. So before each resume the table below learns to which goroutine that coroutine
// belongs, and the next slice finds it there. Entries of coroutines that have ended are overwritten
// when their address is used again.
#pragma once

#include <coroutine>

#include "harness/contract/race_detector.hpp"

#if defined(GAUNTLET_GO_EDGES)
#include <pthread.h>

#include <mutex>
#include <unordered_map>

extern "C" void AnnotateBenignRaceSized(const char* file, int line, const volatile void* memory,
                                        std::size_t bytes, const char* why);
#endif

namespace gauntlet::race {

#if defined(GAUNTLET_GO_EDGES)

/// On a worker's thread, around one turn of a goroutine.
class Slice {
 public:
  [[gnu::always_inline]] explicit Slice(std::coroutine_handle<> goroutine)
      : context_(belongs_to(goroutine)) {
    lend_stack(__builtin_frame_address(0));
    context_->enter();
  }
  Slice(const Slice&) = delete;
  Slice& operator=(const Slice&) = delete;
  [[gnu::always_inline]] ~Slice() {
    const bool over = Context::has_ended(context_);
    context_->leave();  // From now on another thread may be in it.
    if (over) delete context_;
  }

  /// In the goroutine that starts another.
  static void born(std::coroutine_handle<> goroutine) { note(goroutine, new Context); }

  /// Before `coroutine` is resumed in the running goroutine.
  static void runs(std::coroutine_handle<> coroutine) { note(coroutine, Context::current()); }

  /// The running goroutine has ended; what is left of its slice is the runtime's.
  static void ended() { Context::end(Context::current()); }

 private:
  static void note(std::coroutine_handle<> coroutine, Context* goroutine) {
    const Hidden hidden;
    const std::lock_guard guard(table().mutex);
    table().goroutine_of[coroutine.address()] = goroutine;
  }
  static Context* belongs_to(std::coroutine_handle<> coroutine) {
    const Hidden hidden;
    const std::lock_guard guard(table().mutex);
    return table().goroutine_of.at(coroutine.address());
  }

  /// A worker's stack below `top` is lent to one goroutine after the other. What they leave there
  /// is no way to share anything: a frame that outlives its slice is on the heap. And what the
  /// worker itself does from now on is not looked at.
  static void lend_stack(void* top) {
    static thread_local Lent lent(top);
    (void)lent;
  }
  struct Lent {
    explicit Lent(void* top) {
      pthread_attr_t attributes;
      void* low = nullptr;
      std::size_t bytes = 0;
      pthread_getattr_np(pthread_self(), &attributes);
      pthread_attr_getstack(&attributes, &low, &bytes);
      pthread_attr_destroy(&attributes);
      AnnotateBenignRaceSized(
          __FILE__, __LINE__, low,
          static_cast<std::size_t>(static_cast<char*>(top) - static_cast<char*>(low)),
          "a worker's stack");
      ignore_accesses();
    }
    ~Lent() { heed_accesses(); }
  };

  struct Table {
    std::mutex mutex;  // Guards goroutine_of. Only ever locked within Hidden.
    std::unordered_map<void*, Context*> goroutine_of;
  };
  static Table& table() {
    static Table& table = *new Table;
    return table;
  }

  Context* const context_;
};

#else

struct [[maybe_unused]] Slice {
  explicit Slice(std::coroutine_handle<>) {}
  static void runs(std::coroutine_handle<>) {}
};

#endif

}  // namespace gauntlet::race
