// SPDX-License-Identifier: Apache-2.0
// SIGQUIT (Ctrl-\ in a terminal) prints every goroutine and ends the program, as it does in Go.
#pragma once

namespace gauntlet {

/// For the rest of the process. The dump itself is written by a thread that waits for the signal, so it may
/// allocate and lock.
void dump_on_quit();

}  // namespace gauntlet
