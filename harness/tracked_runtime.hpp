// SPDX-License-Identifier: Apache-2.0
// A runtime of which ThreadSanitizer sees the goroutines only: see harness/contract/race_detector.hpp.
//
// Each goroutine is a context of its own; the runtime's verbs run in the context underneath, which is
// that of a thread or of a stack. Works for any runtime that is used through the five verbs, so the
// runtimes know nothing of it.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "harness/contract/panic.hpp"
#include "harness/contract/race_detector.hpp"
#include "harness/contract/race_slice.hpp"
#include "harness/contract/runtime.hpp"
#include "harness/contract/stackless_runtime.hpp"
#include "harness/tracked_channel.hpp"

namespace gauntlet {

/// The end of any goroutine is seen by whoever called run(), and by nobody else (N1).
inline char end_of_run = 0;

/// Before one more goroutine is started. Throws GoroutineLimit.
inline void check_room_for_one_more() {
  if (race::Context::too_many())
    throw GoroutineLimit("more than " + std::to_string(race::Context::kMost) +
                         " goroutines at once for ThreadSanitizer");
}

/// What a goroutine runs, from go() to its end.
template <class F>
class TrackedBody {
 public:
  static constexpr std::size_t kForgottenBytes = 128 * 1024;
  static constexpr std::size_t kBytesForTheDetector = 64 * 1024;

  template <class G>
  explicit TrackedBody(G&& job) : job_(std::forward<G>(job)) {}

  /// On the goroutine's stack, in the context underneath.
  ///
  /// The goroutine gets fresh pages of it: the detector forgets what the last one did there, and
  /// what it noted itself when the thread began. Declaring an edge instead would break N1.
  [[gnu::noinline]] void run() {
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    const std::uintptr_t top = (here - kBytesForTheDetector / 2) & ~(kPage - 1);
    void* got = nullptr;
    {
      const race::Unseen unseen;
      got = mmap(reinterpret_cast<void*>(top - kForgottenBytes), kForgottenBytes,
                 PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    }
    if (got == MAP_FAILED) panic("no fresh pages for a goroutine's stack: raise vm.max_map_count");
    void* skipped = __builtin_alloca(here - top);
    asm volatile("" : : "r"(skipped) : "memory");
    run_in_context();
  }

 private:
  static constexpr std::uintptr_t kPage = 4096;

  [[gnu::noinline]] void run_in_context() {
    const InContext in(context_);
    run_job();
  }

  [[gnu::noinline]] void run_job() {
    {
      F job = std::move(*job_);
      job_.reset();
      job();
    }
    race::release(&end_of_run);
  }

  struct InContext {
    [[gnu::always_inline]] explicit InContext(race::Context& entered) : context(entered) {
      context.enter();
    }
    InContext(const InContext&) = delete;
    InContext& operator=(const InContext&) = delete;
    [[gnu::always_inline]] ~InContext() { context.leave(); }
    race::Context& context;
  };

  std::optional<F> job_;
  race::Context context_;  // Last: the edge from the parent begins when all above is written.
};

template <class R>
struct Tracked : TrackedChannels<R> {
  using Handle = typename R::Handle;
  static constexpr RuntimeInfo info = R::info;

  static std::string declines(const RunConfig& config) {
    if constexpr (requires { R::declines(config); }) return R::declines(config);
    return {};
  }

  template <class F>
  static void run(const RunConfig& config, F&& root) {
    RunConfig wider = config;
    wider.stack_bytes += Body<F>::kForgottenBytes + Body<F>::kBytesForTheDetector;
    auto body = std::make_unique<Body<F>>(std::forward<F>(root));
    R::run(wider, Start<F>{std::move(body)});
    race::acquire(&end_of_run);
  }

  template <class F>
  static void go(F&& job) {
    check_room_for_one_more();
    auto body = std::make_unique<Body<F>>(std::forward<F>(job));
    const race::InRuntime runtime;
    R::go(Start<F>{std::move(body)});
  }

  static void yield() {
    const race::InRuntime runtime;
    R::yield();
  }

  template <class TryPark>
  static void suspend(TryPark&& try_park) {
    const race::InRuntime runtime;
    // The portable layer passes the handle on unseen; for the contexts underneath, who resumes is
    // after who parked.
    R::suspend([&try_park](Handle handle) {
      race::release(token_of(handle));
      return try_park(handle);
    });
  }

  static void resume(Handle handle) {
    const race::InRuntime runtime;
    race::acquire(token_of(handle));  // As in suspend().
    R::resume(handle);
  }

 private:
  static const void* token_of(Handle handle) { return static_cast<const void*>(handle); }

  template <class F>
  using Body = TrackedBody<std::decay_t<F>>;

  template <class F>
  struct Start {
    std::unique_ptr<Body<F>> body;
    void operator()() { body->run(); }
  };
};

/// The same for coroutines. They have no stack of their own to leave, so a verb runs in the goroutine's
/// context, unseen.
template <StacklessRuntime R>
struct Tracked<R> {
  using Handle = typename R::Handle;
  static constexpr RuntimeInfo info = R::info;

  static void run(const RunConfig& config, Handle root) {
    race::Slice::born(root);
    // On a thread of its own: the calling thread may be the first worker, and its stack is not one
    // to be lent.
    std::exception_ptr failure;
    std::thread runner([&] {
      try {
        R::run(config, root);
      } catch (...) {
        failure = std::current_exception();
      }
    });
    runner.join();
    race::acquire(&end_of_run);
    if (failure) std::rethrow_exception(failure);
  }
  static void go(Handle goroutine) {
    check_room_for_one_more();
    race::Slice::born(goroutine);
    const race::Hidden hidden;
    R::go(goroutine);
  }
  static void yield(Handle goroutine) {
    const race::Hidden hidden;
    R::yield(goroutine);
  }
  static void resume(Handle goroutine) {
    const race::Hidden hidden;
    R::resume(goroutine);
  }
  static void ended() {
    race::release(&end_of_run);
    race::Slice::ended();
    const race::Hidden hidden;
    R::ended();
  }
};

}  // namespace gauntlet
