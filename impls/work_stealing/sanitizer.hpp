// SPDX-License-Identifier: Apache-2.0
// Tells ThreadSanitizer, AddressSanitizer and valgrind which stack runs. Empty in every other build.
//
// ThreadSanitizer: one fiber per stack, switched with synchronisation (flag 0): the runtime itself
// is what is checked; goroutines that follow each other on one worker look ordered.
// AddressSanitizer: the bounds and the fake stack of each stack. LeakSanitizer: stacks are root
// regions, or blocks that only a parked goroutine knows would count as leaked.
// valgrind (GAUNTLET_VALGRIND): each stack is registered. Without that a switch to a stack nearby
// looks like one big frame, and what lies between the two like fresh, undefined memory.
#pragma once

#include <pthread.h>

#include <cstddef>

#if defined(__SANITIZE_THREAD__)
#define GAUNTLET_TSAN 1
#endif
#if defined(__SANITIZE_ADDRESS__)
#define GAUNTLET_ASAN 1
#endif
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GAUNTLET_TSAN 1
#endif
#if __has_feature(address_sanitizer)
#define GAUNTLET_ASAN 1
#endif
#endif

#if defined(GAUNTLET_TSAN)
#include <sanitizer/tsan_interface.h>
#endif
#if defined(GAUNTLET_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif
#if defined(GAUNTLET_VALGRIND)
#include <valgrind/valgrind.h>
#endif

namespace gauntlet::impls::work_stealing {

#if defined(GAUNTLET_TSAN)
inline constexpr bool kThreadSanitized = true;
#else
inline constexpr bool kThreadSanitized = false;
#endif
#if defined(GAUNTLET_TSAN) || defined(GAUNTLET_ASAN) || defined(GAUNTLET_VALGRIND)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// What the sanitizers know about one stack.
class SanitizedStack {
 public:
  /// Whether destroy() leaves nothing behind, so that a stack may be created and destroyed again and again.
  /// AddressSanitizer's fake stack can be freed by a switch away from it only.
#if defined(GAUNTLET_ASAN)
  static constexpr bool kLeavesNothing = false;
#else
  static constexpr bool kLeavesNothing = true;
#endif

  /// For a goroutine's stack, once, before its first switch. `low` is above the guard.
  void create([[maybe_unused]] void* low, [[maybe_unused]] std::size_t bytes) {
#if defined(GAUNTLET_TSAN)
    fiber_ = __tsan_create_fiber(0);
#endif
#if defined(GAUNTLET_ASAN)
    low_ = low;
    bytes_ = bytes;
    __lsan_register_root_region(low, bytes);
#endif
#if defined(GAUNTLET_VALGRIND)
    valgrind_id_ = VALGRIND_STACK_REGISTER(low, static_cast<char*>(low) + bytes);
#endif
  }

  /// Before the memory of a created stack goes away; nothing runs on it.
  void destroy() {
#if defined(GAUNTLET_TSAN)
    __tsan_destroy_fiber(fiber_);
#endif
#if defined(GAUNTLET_ASAN)
    __lsan_unregister_root_region(low_, bytes_);
    __asan_unpoison_memory_region(low_, bytes_);
#endif
#if defined(GAUNTLET_VALGRIND)
    VALGRIND_STACK_DEREGISTER(valgrind_id_);
#endif
  }

  /// For a worker's own stack: on its thread, before its first switch. LeakSanitizer looks for
  /// references on the stack that runs: while a goroutine does, this one is a root region, too.
  void adopt_thread() {
#if defined(GAUNTLET_TSAN)
    fiber_ = __tsan_get_current_fiber();
#endif
#if defined(GAUNTLET_ASAN)
    pthread_attr_t attributes;
    void* low = nullptr;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &low, &bytes_);
    pthread_attr_destroy(&attributes);
    low_ = low;
    __lsan_register_root_region(low_, bytes_);
#endif
  }

  /// On the same thread, after its last switch.
  void release_thread() {
#if defined(GAUNTLET_ASAN)
    __lsan_unregister_root_region(low_, bytes_);
#endif
  }

  /// Before a stack gets a new owner: nothing that the last one left below `stack_pointer` stays
  /// poisoned.
  void forget_frames_below([[maybe_unused]] void* stack_pointer) {
#if defined(GAUNTLET_ASAN)
    const auto* low = static_cast<const char*>(low_);
    __asan_unpoison_memory_region(
        low, static_cast<std::size_t>(static_cast<char*>(stack_pointer) - low));
#endif
  }

  /// Right before the switch from this stack to `next`.
  [[gnu::always_inline]] void leave_for([[maybe_unused]] SanitizedStack& next) {
#if defined(GAUNTLET_ASAN)
    __sanitizer_start_switch_fiber(&fake_stack_, next.low_, next.bytes_);
#endif
#if defined(GAUNTLET_TSAN)
    __tsan_switch_to_fiber(next.fiber_, 0);
#endif
  }

  /// Right after a switch to this stack.
  [[gnu::always_inline]] void arrive() {
#if defined(GAUNTLET_ASAN)
    __sanitizer_finish_switch_fiber(fake_stack_, nullptr, nullptr);
#endif
  }

#if defined(GAUNTLET_TSAN)
 private:
  void* fiber_ = nullptr;
#endif
#if defined(GAUNTLET_ASAN)
 private:
  const void* low_ = nullptr;
  std::size_t bytes_ = 0;
  void* fake_stack_ = nullptr;
#endif
#if defined(GAUNTLET_VALGRIND)
 private:
  unsigned valgrind_id_ = 0;
#endif
};

}  // namespace gauntlet::impls::work_stealing
