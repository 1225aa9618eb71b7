// SPDX-License-Identifier: Apache-2.0
// Lane coro: C++20 coroutines on a worker pool of our own.
#pragma once

#include <array>
#include <coroutine>
#include <string_view>

#include "harness/contract/runtime.hpp"
#include "harness/contract/stackless_runtime.hpp"
#include "impls/coro/pool.hpp"

namespace gauntlet::impls::coro {

struct Runtime {
  static constexpr RuntimeInfo info{
      .name = "coro",
      .version = "1",
      .stack = Stack::kNone,
      .tuning =
          "woken goroutine runs next, 4 times in a row at most; queues first in, first out; "
          "idle workers search for some microseconds, then sleep"};

  static constexpr std::array<std::string_view, 1> broken_rules{
      "Goroutine.R7_a_bare_blocking_call_does_not_stop_the_others: a call that blocks keeps its "
      "worker; make it inside blocking()"};

  using Handle = std::coroutine_handle<>;

  static void run(const RunConfig& config, Handle root) { Pool::instance().run(config, root); }
  static void go(Handle goroutine) { Pool::instance().go(goroutine); }
  static void yield(Handle goroutine) { Pool::PoolWorker::current()->let_others_run(goroutine); }
  static void resume(Handle goroutine) { Pool::instance().resume(goroutine); }
  static bool enter_run() { return Pool::instance().enter_run(); }
  static void leave_run() { Pool::instance().leave_run(); }
  static void ended() { Pool::PoolWorker::current()->one_ended(); }
};
static_assert(StacklessRuntime<Runtime>);

}  // namespace gauntlet::impls::coro
