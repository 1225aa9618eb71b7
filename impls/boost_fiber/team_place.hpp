// SPDX-License-Identifier: Apache-2.0
// What a worker thread does while it is idle, by the size of its team.
//   1 worker           sleeps (`suspend`): there is nobody to steal from
//   as many as cores   spins, on a core of its own, as examples/numa of the library. Two spinning ones on one core keep each
//                      other from working for a tick of the kernel, three milliseconds, at every hand-over
//   more than cores    gives its core back after each look for work: the one that could work may be waiting for it
#pragma once

#include <boost/fiber/operations.hpp>
#include <chrono>
#include <thread>

#include "harness/portable/cores.hpp"
#include "impls/boost_fiber/work_stealing_statics.hpp"

namespace gauntlet::impls::boost_fiber {

/// Boost's scheduler with the one line changed that says what an idle worker does.
class YieldingWorkStealing final : public WorkStealing {
 public:
  using WorkStealing::WorkStealing;
  void suspend_until(const std::chrono::steady_clock::time_point&) noexcept override { std::this_thread::yield(); }
};

/// For the thread of worker `index` of `workers`, before its first fiber.
inline void take_place(unsigned index, unsigned workers) {
  const auto cores = Cores::allowed();
  if (workers > cores.size() && workers > 1)
    return boost::fibers::use_scheduling_algorithm<YieldingWorkStealing>(workers);
  if (workers > 1) Cores::keep_to(cores[index]);
  boost::fibers::use_scheduling_algorithm<WorkStealing>(workers, /*suspend=*/workers == 1);
}

}  // namespace gauntlet::impls::boost_fiber
