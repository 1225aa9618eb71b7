// SPDX-License-Identifier: Apache-2.0
// Who waits for whom, in a circle: the cause of most deadlocks, where it can be told.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/portable/goroutine_record.hpp"
#include "harness/portable/reach.hpp"

namespace gauntlet {

/// `goroutine` waits for something that only `others` can do.
struct WaitsFor {
  std::uint64_t goroutine = 0;
  std::vector<std::uint64_t> others;
};

/// The numbers of goroutines of which each waits for the next, and the last for the first; empty if there
/// is no such circle.
std::vector<std::uint64_t> wait_cycle(const std::vector<WaitsFor>& edges);

/// What the facts tell: who waits for a lock waits for its holder; who waits in a shared channel, for those
/// others who alone can reach it. Precondition: everyone is asleep, so that no lock can die.
std::vector<WaitsFor> wait_edges(const std::vector<GoroutineFacts>& goroutines,
                                 const std::vector<Reach>& shared);

/// "The cycle:\n  goroutine 3 waits to lock mutex 0x..., which goroutine 4 holds\n..."; or that there is
/// none. The same precondition.
std::string cycle_text(const std::vector<GoroutineFacts>& goroutines,
                       const std::vector<Reach>& shared);

}  // namespace gauntlet
