// SPDX-License-Identifier: Apache-2.0
// What a bench says when an exception ends it: a lane that has no more goroutines or memory to give did not
// finish, and says where; anything else is a bug and aborts.
#pragma once

#include <atomic>
#include <cstdint>

namespace gauntlet {

/// Installs the terminate handler. `started_mark` must live as long as the process.
void end_with_a_reason(const std::atomic<std::int64_t>& started_mark);

}  // namespace gauntlet
