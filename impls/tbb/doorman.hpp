// SPDX-License-Identifier: Apache-2.0
// Starts the goroutines that foreign threads leave, from inside the arena: one suspended task per run.
//
// Rejected: task_arena::enqueue() by the foreign thread. TBB looks at what is enqueued after what is resumed: a
// goroutine that yields until another one has run would keep that one from its start for ever.
#pragma once

#include <oneapi/tbb/task.h>
#include <oneapi/tbb/task_arena.h>

#include <latch>
#include <utility>

#include "harness/portable/live_count.hpp"
#include "harness/portable/outside_jobs.hpp"

namespace gauntlet::impls::tbb {

/// R: the lane's verbs.
template <class R>
class Doorman {
 public:
  /// Before the first goroutine. Returns when the doorman runs: TBB might start a goroutine first, although it
  /// is enqueued later, and if that one yields for ever the doorman would never come.
  explicit Doorman(::tbb::task_arena& arena) {
    jobs_.begin();
    serving_.add();
    arena.enqueue([this] {
      runs_.count_down();
      jobs_.template serve<R>();
      serving_.remove();
    });
    runs_.wait();
  }
  Doorman(const Doorman&) = delete;
  Doorman& operator=(const Doorman&) = delete;

  /// Precondition: every goroutine has ended.
  ~Doorman() {
    jobs_.template finish<R>();
    serving_.wait_for_none();
  }

  /// A thread that has no place in an arena: group_->run() would give it one of its own.
  static bool is_needed() {
    return ::tbb::this_task_arena::current_thread_index() == ::tbb::task_arena::not_initialized;
  }

  /// On a thread that has entered the run. `start` starts a goroutine that is counted.
  template <class F>
  static void leave(F&& start) {
    jobs_.template push<R>(std::forward<F>(start));
  }

 private:
  static inline OutsideJobs<::tbb::task::suspend_point> jobs_;
  std::latch runs_{1};
  static inline LiveCount& serving_ = *new LiveCount;  // Never destroyed: as in anchors.hpp.
};

}  // namespace gauntlet::impls::tbb
