// SPDX-License-Identifier: Apache-2.0
// The second phase of every operation that waits, in the blocking colour.
#pragma once

namespace gauntlet {

/// Parks the caller in `core`, whose start_*() just said that it has to wait.
template <class R, class Core, class W>
void park(Core& core, W& self) {
  R::suspend([&core, &self](typename R::Handle handle) {
    core.stay_parked(self, handle);
    return true;
  });
}

}  // namespace gauntlet
