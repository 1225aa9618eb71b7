// SPDX-License-Identifier: Apache-2.0
// What the workers of one run share. The queues and pools behind it outlive the run: a foreign
// thread that resumes the last goroutine may still touch them when run() has returned.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "harness/contract/atomics.hpp"
#include "harness/portable/run_gate.hpp"
#include "impls/work_stealing/closure_pool.hpp"
#include "impls/work_stealing/idle.hpp"
#include "impls/work_stealing/injection_queue.hpp"
#include "impls/work_stealing/retreat.hpp"
#include "impls/work_stealing/run_queue.hpp"
#include "impls/work_stealing/stack_pool.hpp"

namespace gauntlet::impls::work_stealing {

/// For the whole process, and for threads that are no workers.
struct Process {
  InjectionQueue injected;
  IdleWorkers<RealAtomics> idle;
  ClosurePools closures;
  RunGate<> gate;
  /// Goroutines that foreign threads started and that have not been seen to end by run().
  std::atomic<std::uint64_t> started_outside{0};
  /// Goroutines of this run that foreign threads resumed.
  std::atomic<std::uint64_t> woken_outside{0};
};

struct Shared {
  const std::uint32_t workers;
  const std::uint64_t seed;
  const std::uint32_t search_rounds;  ///< How long a worker searches before it sleeps.
  const bool has_bias;                ///< See worker_bias.hpp; not on every system.
  StackPool& stacks;
  Process& process;
  RetreatCount<RealAtomics> in_retreat;
  std::vector<Worker*> all;  ///< Set before the first worker runs.

  bool all_ended() const;
  [[noreturn]] void die_of_no_stack() const {
    std::fprintf(stderr, "gauntlet: work_stealing: %s\n", stacks.limit_reached().c_str());
    std::abort();
  }
};

}  // namespace gauntlet::impls::work_stealing
