// SPDX-License-Identifier: Apache-2.0
// The second phase of every operation that waits, in the blocking colour.
#pragma once

#include "harness/portable/census.hpp"
#include "harness/portable/reports.hpp"
#include "harness/portable/wait_reason.hpp"

// Before every operation that parks: it gets no frame of its own. A frame that returns after a switch is a
// mispredicted return, because the processor's stack of return addresses belongs to the goroutine that
// left. With reports it costs more than that, and programs are smaller without.
#if GAUNTLET_REPORTS
#define GAUNTLET_NO_FRAME
#else
#define GAUNTLET_NO_FRAME [[gnu::always_inline]]
#endif

namespace gauntlet {

/// For reports: what the caller is about to park for.
inline void tell_census([[maybe_unused]] const WaitReason& reason) {
  if constexpr (kReports)
    if (GoroutineRecord* record = Census::current()) record->will_wait_for(reason);
}

/// Parks the caller in `core`, whose start_*() just said that it has to wait. `reason` is for reports.
template <class R, class Core, class W>
GAUNTLET_NO_FRAME inline void park(Core& core, W& self, const WaitReason& reason = {}) {
  tell_census(reason);
  if constexpr (requires { R::suspend_unlocking(self.handle, core.lock_byte()); }) {
    R::suspend_unlocking(self.handle, core.lock_byte());
  } else {
    R::suspend([&core, &self](typename R::Handle handle) {
      core.stay_parked(self, handle);
      return true;
    });
  }
}

}  // namespace gauntlet
