// SPDX-License-Identifier: Apache-2.0
// Colour: stackless. AWAIT is co_await, a goroutine is a coroutine that returns Task, a parked one
// keeps its frame only.
#pragma once

#include <concepts>
#include <coroutine>
#include <new>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include "harness/colour/closure.hpp"
#include "harness/colour/context.hpp"
#include "harness/colour/park_stackless.hpp"
#include "harness/colour/recorded_stackless.hpp"
#include "harness/colour/stackless_blocking_call.hpp"
#include "harness/colour/stackless_channel.hpp"
#include "harness/colour/stackless_cond.hpp"
#include "harness/colour/stackless_descriptor.hpp"
#include "harness/colour/stackless_mutex.hpp"
#include "harness/colour/stackless_once.hpp"
#include "harness/colour/stackless_rw_mutex.hpp"
#include "harness/colour/stackless_select.hpp"
#include "harness/colour/stackless_sleep.hpp"
#include "harness/colour/stackless_wait_group.hpp"
#include "harness/colour/task.hpp"
#include "harness/colour/timer.hpp"
#include "harness/contract/panic.hpp"
#include "harness/contract/stackless_runtime.hpp"

#define AWAIT co_await

namespace gauntlet {

/// C7: calls `each` for every value until the channel is closed and drained. AWAIT it. `each` may
/// be a plain callable or one that returns a Task, which is then awaited.
template <class C, class F>
Task range(C& channel, F each) {
  using Value = typename C::value_type;
  for (;;) {
    std::optional<Value> value = co_await channel.recv();
    if (!value) break;
    if constexpr (std::same_as<std::invoke_result_t<F&, Value&&>, Task>)
      co_await each(std::move(*value));
    else
      each(std::move(*value));
  }
}

/// The verbs in plain words, for runtime R.
template <class R>
struct Colour {
  static_assert(StacklessRuntime<R>,
                "see harness/contract/stackless_runtime.hpp for the five verbs");

  /// Starts a goroutine; `body` is moved to where it outlives the coroutine that it makes. One that
  /// returns void never parks.
  template <class F>
  static void go(F&& body,
                 [[maybe_unused]] std::source_location site = std::source_location::current()) {
    const Started started = start(std::forward<F>(body));
    if constexpr (requires { R::go(started.coroutine, Origin{}); })
      R::go(started.coroutine, Origin{site, false, started.closure, started.closure_bytes});
    else
      R::go(started.coroutine);
  }

  class [[nodiscard("AWAIT it")]] Yield {
   public:
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) const { R::yield(self); }
    void await_resume() const noexcept {}
  };
  static Yield yield() { return {}; }

  /// Parks the caller for `duration` at least; 0 or less does nothing. AWAIT it.
  static Sleep<R> sleep(Duration duration) { return Sleep<R>(duration); }

  /// Runs `body` as the first goroutine; returns when every goroutine has ended.
  template <class F>
  static void run(const RunConfig& config, F&& body,
                  [[maybe_unused]] std::source_location site = std::source_location::current()) {
    const typename TimerService<R>::Run timers;
    const Started started = start(std::forward<F>(body));
    if constexpr (requires { R::run(config, started.coroutine, Origin{}); })
      R::run(config, started.coroutine,
             Origin{site, true, started.closure, started.closure_bytes});
    else
      R::run(config, started.coroutine);
  }

 private:
  template <class F>
  static Started start(F&& body) {
    try {
      return Closure<R, std::decay_t<F>>::start(std::forward<F>(body));
    } catch (const std::bad_alloc&) {
      throw GoroutineLimit("no more memory for coroutine frames");
    }
  }
};

}  // namespace gauntlet
