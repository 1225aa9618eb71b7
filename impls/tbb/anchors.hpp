// SPDX-License-Identifier: Apache-2.0
// Keeps every worker in the arena for a whole run: one suspended task on each worker's own stack.
//
// A worker on its own stack leaves the arena when TBB recalls it, and TBB counts wrongly who is
// there: every suspended task adds 1 to the lower 12 bits of the word whose upper bits count the
// workers. From 4096 suspended tasks on the arena seems to have a worker too many, sends one home
// and lets none in: with 10,000 parked goroutines the program stood still. A worker on a borrowed
// stack is never recalled.
//
// Rejected: to let the calling thread be the worker that never leaves. It leaves the others to be
// lost.
#pragma once

#include <oneapi/tbb/task.h>
#include <oneapi/tbb/task_arena.h>

#include <cstddef>
#include <latch>
#include <vector>

#include "harness/portable/live_count.hpp"

namespace gauntlet::impls::tbb {

class Anchors {
 public:
  /// Returns when `workers` threads have taken up work in the arena, which must be new and as
  /// large.
  Anchors(::tbb::task_arena& arena, std::size_t workers)
      : anchored_(workers),
        all_here_(static_cast<std::ptrdiff_t>(workers)),
        all_suspended_(static_cast<std::ptrdiff_t>(workers)) {
    for (auto& self : anchored_) {
      held_.add();
      arena.enqueue([this, &self] {
        all_here_.arrive_and_wait();  // So that no worker takes two of these.
        ::tbb::task::suspend([this, &self](::tbb::task::suspend_point point) {
          self = point;
          all_suspended_.count_down();
        });
        held_.remove();
      });
    }
    all_suspended_.wait();
  }
  Anchors(const Anchors&) = delete;
  Anchors& operator=(const Anchors&) = delete;

  /// Precondition: every goroutine has ended.
  ~Anchors() {
    for (auto& point : anchored_) ::tbb::task::resume(point);
    held_.wait_for_none();
  }

 private:
  // Never destroyed: the last remove() may still be in it when the wait, and main(), is over.
  static inline LiveCount& held_ = *new LiveCount;
  std::vector<::tbb::task::suspend_point> anchored_;
  std::latch all_here_;
  std::latch all_suspended_;
};

}  // namespace gauntlet::impls::tbb
