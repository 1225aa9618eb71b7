// SPDX-License-Identifier: Apache-2.0
// oneTBB: tasks on a task_arena that suspend and resume. A suspended task keeps the stack it
// borrowed, and its worker goes on with another one.
//
// New goroutines go to the worker's own deque, which TBB empties before it looks for resumed tasks.
// Through task_arena::enqueue() it would be the other way round, and two goroutines that wake each
// other for ever would keep a new one from its start (rule R6).
//
// suspend(): TBB calls the callback on the stack that is to be left; a resume() that comes before
// the switch is noted in the stack's state, and the switch then makes the task ready itself.
#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>
#include <oneapi/tbb/version.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "harness/contract/panic.hpp"
#include "harness/contract/runtime.hpp"
#include "harness/portable/live_count.hpp"
#include "impls/tbb/anchors.hpp"
#include "impls/tbb/doorman.hpp"

namespace gauntlet::impls::tbb {

struct Runtime {
  static constexpr RuntimeInfo info{.name = "tbb",
                                    .version = TBB_VERSION_STRING,
                                    .stack = Stack::kBorrowed,
                                    .tuning = "task_arena, task_group::run; thread_stack_size"};

  // Why: TBB keeps one set of exception globals per thread, not per suspended task.
  static constexpr std::array<std::string_view, 3> broken_rules{
      "Goroutine.R7_a_bare_blocking_call_does_not_stop_the_others: a call that blocks keeps its "
      "worker; make it inside blocking()",
      "Goroutine.G3_yields_inside_a_catch_and_keeps_its_exception: TBB does not switch exception "
      "state",
      "Goroutine.G3_throws_again_inside_a_catch_after_a_yield: TBB does not switch exception state"};

  using Handle = ::tbb::task::suspend_point;

  /// The calling thread sleeps: all goroutines run on TBB's own threads.
  template <class F>
  static void run(const RunConfig& config, F&& root) {
    const std::size_t workers = config.workers == 0 ? 1 : config.workers;
    // One more than the workers, for the calling thread, which sleeps.
    using ::tbb::global_control;
    const global_control threads(global_control::max_allowed_parallelism, workers + 1);
    const global_control stacks(global_control::thread_stack_size, config.stack_bytes);
    max_stacks_ = most_stacks();
    ::tbb::task_arena arena(static_cast<int>(workers), /*reserved_for_masters=*/0);
    const Anchors anchors(arena, workers);
    const Doorman<Runtime> doorman(arena);
    ::tbb::task_group group;
    group_ = &group;
    alive_.add();
    arena.enqueue(Body<std::decay_t<F>>{std::forward<F>(root)});
    alive_.wait_for_none();
    group.wait();  // The last task may still be inside TBB.
  }

  template <class F>
  static void go(F&& job) {
    // A thousand early: those that wait for their first turn will need stacks as well.
    if (started_.now() >= max_stacks_ - 1'000) throw no_more_maps();
    alive_.add();
    try {
      Body<std::decay_t<F>> body{std::forward<F>(job)};
      if (Doorman<Runtime>::is_needed())
        Doorman<Runtime>::leave([task = std::move(body)]() mutable { group_->run(std::move(task)); });
      else
        group_->run(std::move(body));
    } catch (const std::bad_alloc&) {
      alive_.remove();
      throw GoroutineLimit("no memory for one more TBB task");
    }
  }

  static void yield() {
    ::tbb::task::suspend([](Handle self) { ::tbb::task::resume(self); });
  }

  static void suspend(auto&& try_park) {
    ::tbb::task::suspend([&try_park](Handle self) {
      if (!try_park(self)) ::tbb::task::resume(self);
    });
  }

  static void resume(Handle handle) { ::tbb::task::resume(handle); }

  /// Optional verbs: a foreign thread counts as one more goroutine.
  static bool enter_run() { return alive_.add_to_living(); }
  static void leave_run() { alive_.remove(); }

 private:
  /// TBB calls tasks as const and copies nothing; noexcept: an exception would cancel the whole
  /// group.
  template <class F>
  struct Body {
    mutable F job;

    void operator()() const noexcept {
      take_stack();
      {
        F body = std::move(job);  // Ends before the goroutine counts as ended.
        body();
      }
      started_.remove();
      alive_.remove();
    }
  };

  /// TBB would crash on the stack that it cannot have.
  static void take_stack() {
    if (started_.now() >= max_stacks_) throw no_more_maps();
    started_.add();
  }

  static GoroutineLimit no_more_maps() {
    return GoroutineLimit("vm.max_map_count lets only " + std::to_string(max_stacks_) +
                          " TBB tasks be suspended (two maps each)");
  }

  /// TBB does not check mmap() and crashes on the first stack that it cannot have.
  static std::int64_t most_stacks() {
    constexpr std::int64_t kMapsPerStack = 2;
    constexpr std::int64_t kMapsOfTheProcess = 1'500;
    std::int64_t maps = 65'530;
    std::ifstream("/proc/sys/vm/max_map_count") >> maps;
    return (maps - kMapsOfTheProcess) / kMapsPerStack;
  }

  static inline std::int64_t max_stacks_ = 0;
  static inline ::tbb::task_group* group_ = nullptr;
  // Never destroyed: as in anchors.hpp.
  static inline LiveCount& alive_ = *new LiveCount;    // Goroutines that have not ended.
  static inline LiveCount& started_ = *new LiveCount;  // Those of them that hold a stack.
};

}  // namespace gauntlet::impls::tbb
