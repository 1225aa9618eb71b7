// SPDX-License-Identifier: Apache-2.0
// The end of a program one of whose goroutines let an exception escape: says which, where it was started,
// and what the exception says (rule R1).
#pragma once

namespace gauntlet {

/// Precondition: called while an exception is being handled (in a catch block, or by a promise), on the
/// thread that runs the goroutine.
[[noreturn]] void end_program_uncaught() noexcept;

}  // namespace gauntlet
