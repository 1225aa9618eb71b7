// SPDX-License-Identifier: Apache-2.0
// Partial deadlock: goroutines that wait in a channel which nobody else can reach, while others go on (R5).
#pragma once

#include <string>
#include <vector>

#include "harness/portable/goroutine_record.hpp"
#include "harness/portable/reach.hpp"

namespace gauntlet {

/// Who will wait for ever: each sends to or receives from a shared channel (portable/shared.hpp) all of whose
/// handles lie in closures of goroutines of which the same is true. From any thread, while others run; whoever
/// is found stays found. What is not found may still be leaked: see portable/reach.hpp for the limits.
std::vector<GoroutineFacts> find_leaked();

/// As a report; empty if there are none.
std::string leaked_text(const std::vector<GoroutineFacts>& leaked);

/// The judgement alone, on snapshots.
std::vector<GoroutineFacts> leaked_among(const std::vector<GoroutineFacts>& goroutines,
                                         const std::vector<Reach>& shared);

/// Whose closures hold the handles of the shared thing in which `facts` waits; empty if it waits elsewhere, or
/// somebody unknown holds one.
std::vector<std::uint64_t> holders_for(const GoroutineFacts& facts,
                                       const std::vector<GoroutineFacts>& goroutines,
                                       const std::vector<Reach>& shared);

}  // namespace gauntlet
