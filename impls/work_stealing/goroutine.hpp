// SPDX-License-Identifier: Apache-2.0
// A goroutine that has a stack. The descriptor lies at the top of that stack, so that a parked
// goroutine touches one page; it outlives the goroutine, because the next one on the same stack
// uses it again.
//
// Who may touch it: the worker that runs it; or, while it is parked, whoever got its handle. Queues
// and locks on the way carry the happens-before edge.
#pragma once

#include <cstdint>

#include "impls/work_stealing/context.hpp"
#include "impls/work_stealing/exception_state.hpp"
#include "impls/work_stealing/magazine.hpp"
#include "impls/work_stealing/ready.hpp"
#include "impls/work_stealing/sanitizer.hpp"

namespace gauntlet::impls::work_stealing {

struct alignas(64) Goroutine : Context, Ready {
  ExceptionState exceptions;  ///< While it is not running; otherwise the thread has it.
  Closure* job = nullptr;     ///< What to run next; set by whoever gives a free stack work.
  std::uint64_t id = 0;       ///< Of the goroutine that runs here, or ran last; unique in a run.
  [[no_unique_address]] SanitizedStack sanitized;

  /// Only while the stack is free.
  DepotLink<Goroutine>& depot_link() { return depot_link_; }

 private:
  DepotLink<Goroutine> depot_link_;
};

}  // namespace gauntlet::impls::work_stealing
