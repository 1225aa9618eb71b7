// SPDX-License-Identifier: Apache-2.0
// One pass of a workload: what it is asked to do, and what it says it did.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/memory_slope.hpp"
#include "harness/params.hpp"

namespace gauntlet {

/// Proof of work: the harness compares it with what the workload expects, after every pass.
struct Tally {
  std::int64_t count = 0;  ///< How many things happened.
  std::int64_t sum = 0;    ///< The sum of the values that went through.

  bool operator==(const Tally&) const = default;
  std::string to_string() const {
    return "count " + std::to_string(count) + ", sum " + std::to_string(sum);
  }
};

struct Pass {
  const Params& params;
  std::int64_t ops = 0;  ///< How many operations to do; the unit is the workload's.
  unsigned workers = 1;    ///< Of the run.
  std::uint64_t seed = 0;  ///< For what a workload draws.

  Tally tally{};                       ///< To be filled by the workload.
  std::vector<std::int64_t> shares{};  ///< Ops done by each competing goroutine, where some compete.
  std::vector<std::int64_t> waits_ns{};   ///< Of each op, where waiting is what is measured: the figure is their mean.
  std::string note{};                  ///< What a reader must know beside the figure; the last pass's is kept.
  std::int64_t asked_ns = 0;           ///< Time that the workload itself asked to pass: no part of the figure.
  MemorySlope* memory = nullptr;     ///< Set in the pass whose memory is wanted.
  std::atomic<std::int64_t>* started_mark = nullptr;  ///< Outlives the process: see supervisor.hpp.

  /// For the supervisor: how many goroutines had been started when the process died. relaxed: nobody waits.
  void note_started(std::int64_t started) const {
    if (started_mark != nullptr) started_mark->store(started, std::memory_order_relaxed);
  }

  /// `alive` goroutines are parked now: notes the resident bytes if they are wanted.
  void sample_memory(std::int64_t alive) const {
    if (memory != nullptr) memory->sample(alive);
  }

  /// As many are parked now as there will be: counts the memory maps if they are wanted.
  void count_maps() const {
    if (memory != nullptr) memory->count_maps();
  }
};

}  // namespace gauntlet
