// SPDX-License-Identifier: Apache-2.0
// The last step of every await_suspend(): publishes the goroutine to whatever it waits in.
#pragma once

#include <coroutine>

#include "harness/portable/census.hpp"
#include "harness/portable/for_ever.hpp"
#include "harness/portable/reports.hpp"
#include "harness/portable/wait_reason.hpp"

namespace gauntlet {

/// Parks the goroutine that stands in `coroutine`: `publish(handle)` makes it known to whoever shall wake it.
/// `reason` is for reports. When this returns, the goroutine may have run on, and the awaiter be gone.
template <class R, class Publish>
void park_through(std::coroutine_handle<> coroutine, [[maybe_unused]] const WaitReason& reason,
                  Publish publish) {
  if constexpr (kReports)
    if (GoroutineRecord* record = Census::current()) record->will_wait_for(reason);
  publish(typename R::Handle(coroutine));
  if constexpr (requires { R::is_parked(); }) R::is_parked();
}

/// Parks it in `core`, whose start_*() just returned false.
template <class R, class Core, class W>
void park(Core& core, W& self, std::coroutine_handle<> coroutine, const WaitReason& reason = {}) {
  park_through<R>(coroutine, reason,
                  [&](typename R::Handle handle) { core.stay_parked(self, handle); });
}

/// Parks it for good: nobody has its handle.
template <class R>
void park_for_ever(std::coroutine_handle<> coroutine, WaitFor what) {
  park_through<R>(coroutine, {what}, [](typename R::Handle) { ForEver::stay_parked(); });
}

}  // namespace gauntlet
