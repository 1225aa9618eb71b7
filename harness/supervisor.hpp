// SPDX-License-Identifier: Apache-2.0
// Runs the measurement in a child process, so that a lane that crashes still gives a told reason.
//
// The child leaves a mark in shared memory (how many goroutines had been started); when a signal ends it, the
// parent says so in one line and exits with the code for "did not finish".
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace gauntlet {

/// Exit codes of a bench executable; the driver and the reference lanes use the same.
enum class ExitCode : int { kOk = 0, kWrong = 1, kBadInput = 2, kDidNotFinish = 3, kNotAvailable = 4 };

/// The line that the driver looks for: "gauntlet: <status>: <reason>" on stderr. Returns `code`.
/// Allocates nothing: it is also called when there is no memory left.
int tell(ExitCode code, const char* reason);
inline int tell(ExitCode code, const std::string& reason) { return tell(code, reason.c_str()); }

/// Forks; the child runs `measure(started_mark)` and exits with what it returns; the parent returns the exit
/// code. Precondition: no other thread is running.
int supervise(const std::function<int(std::atomic<std::int64_t>& started_mark)>& measure);

}  // namespace gauntlet
