// SPDX-License-Identifier: Apache-2.0
// A goroutine that has a stack. The descriptor lies at the top of that stack, so that a parked
// goroutine touches one page; it outlives the goroutine, because the next one on the same stack
// uses it again.
//
// Who may touch it: the worker that runs it; or, while it is parked, whoever got its handle. Queues
// and locks on the way carry the happens-before edge.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "impls/work_stealing/context.hpp"
#include "impls/work_stealing/exception_state.hpp"
#include "impls/work_stealing/ready.hpp"
#include "impls/work_stealing/sanitizer.hpp"

namespace gauntlet::impls::work_stealing {

struct alignas(64) Goroutine : Context, Ready {
  ExceptionState exceptions;  ///< While it is not running; otherwise none, the thread has them.
  Closure* job = nullptr;     ///< What to run next; set by whoever gives a free stack work.
  std::uint64_t id = 0;       ///< Of the goroutine that runs here, or ran last; unique in a run.
  [[no_unique_address]] SanitizedStack sanitized;

  /// Starts to load what a switch to it touches: this line, and the frames below it. It need not be one
  /// (any more), nor be there: nothing is read, and an address that is none is no fault.
  static void fetch(const Ready* ready) {
    constexpr std::uintptr_t kLines = 5;
    constexpr std::uintptr_t kLineBytes = 64;
    const auto line = reinterpret_cast<std::uintptr_t>(ready);
    for (std::uintptr_t i = 0; i < kLines; ++i)
      __builtin_prefetch(reinterpret_cast<const void*>(line - i * kLineBytes), 1);
  }
};

/// Calls `use` with all of them, some at a time, as what waits in queues.
template <class Use>
void for_each_batch(std::span<Goroutine* const> goroutines, Use&& use) {
  std::array<Ready*, 64> batch;
  while (!goroutines.empty()) {
    const std::size_t count = std::min(goroutines.size(), batch.size());
    std::copy_n(goroutines.begin(), count, batch.begin());
    use(std::span<Ready* const>(batch.data(), count));
    goroutines = goroutines.subspan(count);
  }
}

static_assert(kSanitized || sizeof(Goroutine) == 64);

}  // namespace gauntlet::impls::work_stealing
