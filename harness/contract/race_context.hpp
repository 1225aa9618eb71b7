// SPDX-License-Identifier: Apache-2.0
// The other half of race_detector.hpp, for a build with GAUNTLET_GO_EDGES: goroutines as
// ThreadSanitizer's fibers.
//
// Invariants:
//   - a Context is entered on one thread at a time; nobody waits for long, because what runs between
//     the moment a goroutine can be found and leave() is a few instructions;
//   - while a thread is in a Context, it is that thread's current one, so a goroutine that migrates
//     does so only outside (in a verb);
//   - all switches are without synchronisation, but the one from a goroutine into the runtime: what
//     runs below may look at what the goroutine wrote.
// Functions that switch are always inlined: the detector's call stack must not be pushed in one
// context and popped in another.
#pragma once

#include <sanitizer/tsan_interface.h>
#include <sched.h>

#include <cstdint>
#include <cstdio>

#if !defined(__clang__)
#error "GAUNTLET_GO_EDGES wants Clang: GCC 12's ThreadSanitizer has 8,128 fibers"
#endif

extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
void AnnotateIgnoreSyncBegin(const char* file, int line);
void AnnotateIgnoreSyncEnd(const char* file, int line);
void __tsan_read1(void* address);
void __tsan_write1(void* address);
}

/// Not instrumented at all: such a function runs in any context and leaves no trace.
#define GAUNTLET_UNSEEN __attribute__((disable_sanitizer_instrumentation, noinline))

namespace gauntlet::race {

inline constexpr bool kOnlyGoEdges = true;

inline void ignore_accesses() {
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
}
inline void heed_accesses() {
  AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
}
inline void ignore_synchronisation() { AnnotateIgnoreSyncBegin(__FILE__, __LINE__); }
inline void heed_synchronisation() { AnnotateIgnoreSyncEnd(__FILE__, __LINE__); }

/// One goroutine as the detector knows it.
class Context {
 public:
  /// In the goroutine that starts it: that is edge H1, and the place where reports say it was born.
  [[gnu::always_inline]] Context() {
    void* goroutine = __tsan_create_fiber(0);
    christen(this, goroutine);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  /// The goroutine has ended, and was left.
  ~Context() {
    __tsan_destroy_fiber(fiber_of(this));
    one_less();
  }

  /// ThreadSanitizer ends the program without a useful word when it has too many.
  static constexpr long kMost = 20'000;
  GAUNTLET_UNSEEN static bool too_many() {
    return __atomic_load_n(&alive_, __ATOMIC_RELAXED) >= kMost;  // relaxed: a tally.
  }

  /// The one that the calling thread is in; null in a runtime and on foreign threads.
  GAUNTLET_UNSEEN static Context* current() {
    asm volatile("");
    return current_;
  }

  /// From the context underneath, into the goroutine.
  [[gnu::always_inline]] void enter() {
    void* goroutine = enter_from(this, __tsan_get_current_fiber());
    __tsan_switch_to_fiber(goroutine, __tsan_switch_to_fiber_no_sync);
  }

  /// Back to the context underneath. Precondition: it is the current one.
  [[gnu::always_inline]] void leave() {
    void* underneath = leave_for(this);
    __tsan_switch_to_fiber(underneath, 0);
    let_go(this);
  }

  /// For goroutines whose turns are taken by many threads: the last turn, said by the goroutine.
  GAUNTLET_UNSEEN static void end(Context* context) { context->ended_ = true; }
  GAUNTLET_UNSEEN static bool has_ended(const Context* context) { return context->ended_; }

  /// While one lives, the caller speaks as the other goroutine.
  class Voice;

 private:
  friend class Hidden;
  friend class Seen;

  // The members are no goroutine's, and no switch orders them for the detector.

  GAUNTLET_UNSEEN static void christen(Context* context, void* goroutine) {
    static unsigned long long last = 0;
    char name[32];
    // relaxed: only a name.
    std::snprintf(name, sizeof name, "goroutine %llu",
                  __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED));
    __tsan_set_fiber_name(goroutine, name);
    __atomic_add_fetch(&alive_, 1, __ATOMIC_RELAXED);  // relaxed: a tally.
    context->goroutine_ = goroutine;
  }
  GAUNTLET_UNSEEN static void one_less() {
    __atomic_sub_fetch(&alive_, 1, __ATOMIC_RELAXED);  // relaxed: a tally.
  }
  GAUNTLET_UNSEEN static void* fiber_of(Context* context) { return context->goroutine_; }
  /// acquire pairs with the release in let_go(): what the detector wrote about it is seen.
  GAUNTLET_UNSEEN static void claim(Context* context) {
    while (__atomic_exchange_n(&context->entered_, true, __ATOMIC_ACQUIRE)) sched_yield();
  }
  GAUNTLET_UNSEEN static void let_go(Context* context) {
    __atomic_store_n(&context->entered_, false, __ATOMIC_RELEASE);
  }
  GAUNTLET_UNSEEN static void* enter_from(Context* context, void* underneath) {
    claim(context);
    context->underneath_ = underneath;
    current_ = context;
    return context->goroutine_;
  }
  GAUNTLET_UNSEEN static void* leave_for(Context* context) {
    current_ = nullptr;
    return context->underneath_;
  }

  static inline thread_local constinit Context* current_ = nullptr;

  static inline long alive_ = 0;

  void* goroutine_ = nullptr;
  void* underneath_ = nullptr;
  bool entered_ = false;
  bool ended_ = false;
  int hidden_ = 0;  // How deep in Hidden; the goroutine's own.
};

/// How deep the calling thread is in Hidden while it is in no goroutine.
inline thread_local constinit int hidden_outside = 0;

class [[nodiscard]] Hidden {
 public:
  Hidden() {
    if (deepen(1) == 1) {
      ignore_accesses();
      ignore_synchronisation();
    }
  }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;
  ~Hidden() {
    if (deepen(-1) == 0) {
      heed_synchronisation();
      heed_accesses();
    }
  }

  /// Changes the depth by `step`; returns it.
  GAUNTLET_UNSEEN static int deepen(int step) {
    Context* context = Context::current();
    int& depth = context == nullptr ? hidden_outside : context->hidden_;
    return depth += step;
  }
};

/// Within Hidden: synchronisation is seen while one lives.
class [[nodiscard]] Seen {
 public:
  Seen() : hidden_(Hidden::deepen(0) > 0) {
    if (hidden_) heed_synchronisation();
  }
  Seen(const Seen&) = delete;
  Seen& operator=(const Seen&) = delete;
  ~Seen() {
    if (hidden_) ignore_synchronisation();
  }

 private:
  const bool hidden_;
};

class [[nodiscard]] Unseen {
 public:
  Unseen() { ignore_accesses(); }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  ~Unseen() { heed_accesses(); }
};

/// Accesses are not looked at: they are a runtime's on a goroutine's stack.
class [[nodiscard]] InRuntime {
 public:
  [[gnu::always_inline]] InRuntime() : goroutine_(Context::current()) {
    if (goroutine_ == nullptr) return;
    goroutine_->leave();
    ignore_accesses();
  }
  InRuntime(const InRuntime&) = delete;
  InRuntime& operator=(const InRuntime&) = delete;
  [[gnu::always_inline]] ~InRuntime() {
    if (goroutine_ == nullptr) return;
    heed_accesses();
    goroutine_->enter();
  }

 private:
  Context* const goroutine_;
};

class [[nodiscard]] Context::Voice {
 public:
  /// `synchronised`: the other one sees what the caller did.
  [[gnu::always_inline]] Voice(Context& other, bool synchronised) : other_(other) {
    claim(&other);
    caller_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(fiber_of(&other), synchronised ? 0 : __tsan_switch_to_fiber_no_sync);
  }
  Voice(const Voice&) = delete;
  Voice& operator=(const Voice&) = delete;
  [[gnu::always_inline]] ~Voice() {
    if (!left_) leave(false);
  }

  /// `synchronised`: the caller sees what the other one did.
  [[gnu::always_inline]] void leave(bool synchronised) {
    __tsan_switch_to_fiber(caller_, synchronised ? 0 : __tsan_switch_to_fiber_no_sync);
    let_go(&other_);
    left_ = true;
  }

 private:
  Context& other_;
  void* caller_ = nullptr;
  bool left_ = false;
};

inline void acquire(const void* token) {
  const Seen seen;
  __tsan_acquire(const_cast<void*>(token));
}
inline void release(const void* token) {
  const Seen seen;
  __tsan_release(const_cast<void*>(token));
}
inline void pass_slot(const void* slot) {
  const Seen seen;
  __tsan_acquire(const_cast<void*>(slot));
  __tsan_release(const_cast<void*>(slot));
}

inline void pretend_read(const void* token) { __tsan_read1(const_cast<void*>(token)); }
inline void pretend_write(const void* token) { __tsan_write1(const_cast<void*>(token)); }

class Owner {
 public:
  void meets() const {
    const Seen seen;
    if (other_ == nullptr) return;
    Context::Voice voice(*other_, true);
    voice.leave(true);
  }
  void hears() const {
    const Seen seen;
    if (other_ == nullptr) return;
    const Context::Voice voice(*other_, true);
  }
  void acquires(const void* token) const {
    const Seen seen;
    if (other_ == nullptr) return;
    const Context::Voice voice(*other_, false);
    __tsan_acquire(const_cast<void*>(token));
  }
  void passes_slot(const void* slot) const {
    const Seen seen;
    if (other_ == nullptr) return;
    const Context::Voice voice(*other_, false);
    __tsan_acquire(const_cast<void*>(slot));
    __tsan_release(const_cast<void*>(slot));
  }

 private:
  Context* other_ = Context::current();
};

}  // namespace gauntlet::race
