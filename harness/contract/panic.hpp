// SPDX-License-Identifier: Apache-2.0
// What Go panics about: fatal by default, an exception where a test build asks for one.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace gauntlet {

/// A misuse that Go answers with a panic: send on a closed channel, close of a closed channel...
class Panic : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// go() could not start one more goroutine: the reason names the limit (threads, maps, memory).
class GoroutineLimit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Ends the program with one line, or throws Panic where GAUNTLET_PANIC_THROWS is defined.
[[noreturn]] inline void panic(const char* what) {
#ifdef GAUNTLET_PANIC_THROWS
  throw Panic(what);
#else
  std::fprintf(stderr, "gauntlet: panic: %s\n", what);
  std::abort();
#endif
}

}  // namespace gauntlet
