// SPDX-License-Identifier: Apache-2.0
// os_threads with faults to choose from: in its verbs here, in all that stands on them beside it.
#pragma once

#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "harness/contract/runtime.hpp"
#include "harness/portable/live_count.hpp"
#include "impls/os_threads/runtime.hpp"
#include "property_tests/known_bad/mutation.hpp"

namespace gauntlet::known_bad {

struct Runtime {
  using Threads = impls::os_threads::Runtime;
  using Handle = Threads::Handle;

  static constexpr RuntimeInfo info{
      .name = "known_bad", .version = "1", .stack = Stack::kThread, .tuning = {}};

  template <class F>
  static void run(const RunConfig&, F&& root) {
    if (mutated("run_returns_early")) {
      std::thread(std::forward<F>(root)).join();
      return;
    }
    go(std::forward<F>(root));
    alive_.wait_for_none();
  }

  template <class F>
  static void go(F&& job) {
    if (mutated("go_forgets_one") && starts_.is_the_time()) return;
    alive_.add();
    std::thread started([closure = std::optional<std::decay_t<F>>(std::forward<F>(job))]() mutable {
      (*closure)();
      if (!mutated("closure_outlives_run")) closure.reset();
      alive_.remove();
      if (mutated("closure_outlives_run")) std::this_thread::yield();
    });
    if (mutated("go_waits"))
      started.join();
    else
      started.detach();
  }

  static void yield() {
    if (mutated("yield_forgets_the_goroutine") && yields_.is_the_time())
      Threads::suspend([](auto) { return true; });
    Threads::yield();
  }
  static void suspend(auto&& try_park) { Threads::suspend(std::forward<decltype(try_park)>(try_park)); }

  static bool enter_run() { return alive_.add_to_living(); }
  static void leave_run() { alive_.remove(); }

  static void resume(Handle handle) {
    if (mutated("loses_a_wake_up") && wakes_.is_the_time()) return;
    Threads::resume(handle);
    if (mutated("wakes_twice")) Threads::resume(handle);
  }

 private:
  static inline LiveCount alive_;
  static inline Now wakes_{20};
  static inline Now starts_{20};
  static inline Now yields_{50};
};

}  // namespace gauntlet::known_bad

// They replace the portable ones of this runtime, so they come before anything uses those.
#include "property_tests/known_bad/channel.hpp"
#include "property_tests/known_bad/cond.hpp"
#include "property_tests/known_bad/context.hpp"
#include "property_tests/known_bad/descriptor.hpp"
#include "property_tests/known_bad/mutex.hpp"
#include "property_tests/known_bad/once.hpp"
#include "property_tests/known_bad/rw_mutex.hpp"
#include "property_tests/known_bad/sleep.hpp"
#include "property_tests/known_bad/timer.hpp"
#include "property_tests/known_bad/wait_group.hpp"
