// SPDX-License-Identifier: Apache-2.0
// A runtime with a fault in its hot path: the lane `x` built as bench_x_injected, for the gate's canary and
// self-tests. An executable of its own, so that the one that is measured has not even a branch for it.
//
// The portable layer wakes goroutines through the verbs below; what a lane does by its own means (native
// channels) is not reached, and the gate notices that its calibration finds no effect.
#pragma once

#include <utility>

#include "harness/contract/runtime.hpp"
#include "harness/injection/fault.hpp"

namespace gauntlet {

template <class R>
struct Injected : R {
  static constexpr RuntimeInfo info = [] {
    RuntimeInfo told = R::info;
    told.tuning = "a fault is injected: not a figure of this lane";
    return told;
  }();

  template <class Job>
  static void go(Job&& job) {
    Fault::of_process().on_start();
    R::go(std::forward<Job>(job));
  }

  template <class Handle>
  static void resume(Handle&& handle) {
    Fault::of_process().on_wake_up();
    R::resume(std::forward<Handle>(handle));
  }
};

}  // namespace gauntlet
