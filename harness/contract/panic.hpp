// SPDX-License-Identifier: Apache-2.0
// What Go panics about: fatal by default, an exception where a test build asks for one.
#pragma once

#include <atomic>
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

/// Names the goroutine that calls; set by whoever keeps records of goroutines. Null: nobody does.
inline constinit std::atomic<std::string (*)()> who_panics{nullptr};

/// Ends the program with one line that names the goroutine, or throws Panic where GAUNTLET_PANIC_THROWS is
/// defined.
[[noreturn]] inline void panic(const char* what) {
#ifdef GAUNTLET_PANIC_THROWS
  throw Panic(what);
#else
  // acquire pairs with the release in Census::begin_run(): what it calls is there.
  const auto who = who_panics.load(std::memory_order_acquire);
  std::fprintf(stderr, "gauntlet: panic%s: %s\n", who == nullptr ? "" : (" in " + who()).c_str(), what);
  std::abort();
#endif
}

}  // namespace gauntlet
