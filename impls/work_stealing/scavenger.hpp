// SPDX-License-Identifier: Apache-2.0
// Gives the memory of stacks back to the system when nobody has needed them for a while. Named after
// Go's (mgcscavenge.go); how it tells what nobody needs is Bonwick's working set ("Magazines and Vmem",
// USENIX 2001, section 3.6): batches that lay in the depot throughout a period.
//
// It is the thread that called run(), which otherwise would do nothing until the run is over: no thread
// more, nothing on the way of a goroutine, no wake-up that a sleeping worker would have to be given.
//
// Rejected: at the end of a run (a server has one run); by a worker before it sleeps (after a burst all
// of them sleep, and none would look again).
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "impls/work_stealing/stack_pool.hpp"

namespace gauntlet::impls::work_stealing {

class Scavenger {
 public:
  /// A burst that comes back within kPeriod finds its stacks as hot as it left them.
  static constexpr std::chrono::milliseconds kPeriod{5000};
  /// Of so many batches the memory stays: 1,024 stacks.
  static constexpr std::size_t kKept = 16;

  /// Serves one run of so many workers.
  Scavenger(StackPool& stacks, std::size_t workers, std::chrono::milliseconds period = kPeriod)
      : stacks_(stacks), period_(period), running_(workers) {}

  /// Each worker's thread, as its last act.
  void worker_ended() {
    const std::lock_guard lock(mutex_);
    if (--running_ == 0) ended_.notify_one();
  }

  /// The thread that called run(): returns when the last worker has ended.
  void work_until_all_ended() {
    std::size_t surplus = 0;
    while (!all_end_within(surplus > 0 ? kPause : period_)) {
      if (surplus == 0) surplus = std::max(stacks_.depot.fewest_filled(), kKept) - kKept;
      const std::size_t released = stacks_.release(std::min(surplus, kSlice), kKept);
      surplus = released == 0 ? 0 : surplus - released;
    }
  }

 private:
  /// It works some tens of microseconds in a millisecond: a worker that it keeps from its core does not wait
  /// longer than that.
  static constexpr std::size_t kSlice = 4;
  static constexpr std::chrono::milliseconds kPause{1};

  bool all_end_within(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, time, [this] { return running_ == 0; });
  }

  StackPool& stacks_;
  const std::chrono::milliseconds period_;
  std::mutex mutex_;  // Guards running_.
  std::condition_variable ended_;
  std::size_t running_;
};

}  // namespace gauntlet::impls::work_stealing
