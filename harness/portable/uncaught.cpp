// SPDX-License-Identifier: Apache-2.0
// One or two lines, then abort.
#include "harness/portable/uncaught.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "harness/portable/census.hpp"
#include "harness/portable/goroutine_dump.hpp"

namespace gauntlet {

void end_program_uncaught() noexcept {
  // Where nobody keeps records there is no number to tell.
  const bool known = Census::current() != nullptr;
  const std::string who = known ? who_am_i() : "a goroutine";
  try {
    throw;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gauntlet: panic: uncaught exception in %s: %s\n", who.c_str(),
                 error.what());
  } catch (...) {
    std::fprintf(stderr, "gauntlet: panic: uncaught exception in %s, not a std one\n", who.c_str());
  }
  std::abort();
}

}  // namespace gauntlet
