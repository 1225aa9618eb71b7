// SPDX-License-Identifier: Apache-2.0
// Wakes many goroutines at once: by the batch where the runtime has a verb for that, else one by one.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "harness/portable/waiter.hpp"

namespace gauntlet {

template <class R>
concept ResumesMany = requires(std::span<const typename R::Handle> handles) { R::resume_all(handles); };

/// Precondition: the chain, through `next`, was taken out of its queue under the lock. Each is resumed once,
/// in this order, and not touched after.
template <class R, class W>
void resume_chain(W* waiter) {
  if constexpr (ResumesMany<R>) {
    constexpr std::size_t kBatch = 64;
    while (waiter != nullptr) {
      if (WaitQueue<W>::after(waiter) == nullptr) {  // The commonest chain.
        R::resume(waiter->handle);
        return;
      }
      std::array<typename R::Handle, kBatch> handles;
      std::size_t count = 0;
      for (; waiter != nullptr && count < kBatch; waiter = WaitQueue<W>::after(waiter))
        handles[count++] = waiter->handle;
      R::resume_all(std::span<const typename R::Handle>(handles.data(), count));
    }
  } else {
    while (waiter != nullptr) {
      W* next = WaitQueue<W>::after(waiter);
      R::resume(waiter->handle);
      waiter = next;
    }
  }
}

}  // namespace gauntlet
