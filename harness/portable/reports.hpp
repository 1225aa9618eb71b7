// SPDX-License-Identifier: Apache-2.0
// Whether this build knows its goroutines: who is alive, who waits for what, since when, started where.
//
// On unless the build says otherwise: programs and tests get reports of deadlocks, leaks and uncaught
// exceptions. The bench executables are built with GAUNTLET_REPORTS=0, because a spawn and a park would
// cost more with it than some runtimes need for the whole act (harness/decisions/0080-reports-by-build.md).
// Off, nothing of it is in the build: the same runtime, the same types as if it did not exist.
#pragma once

#ifndef GAUNTLET_REPORTS
#define GAUNTLET_REPORTS 1
#endif

namespace gauntlet {

// Not inline: what is compiled once and what is compiled per executable may differ in it.
constexpr bool kReports = GAUNTLET_REPORTS != 0;

/// What every report says where they are off.
constexpr const char* kReportsAreOff =
    "goroutine reports are off in this build (GAUNTLET_REPORTS=0)";

}  // namespace gauntlet
