// SPDX-License-Identifier: Apache-2.0
// The end of a program one of whose goroutines let an exception escape: one line says which.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace gauntlet {

/// Precondition: called while an exception is being handled (in a catch block, or by a promise).
[[noreturn]] inline void end_program_uncaught() noexcept {
  try {
    throw;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gauntlet: panic: uncaught exception in a goroutine: %s\n", error.what());
  } catch (...) {
    std::fprintf(stderr, "gauntlet: panic: uncaught exception in a goroutine, not a std one\n");
  }
  std::abort();
}

}  // namespace gauntlet
