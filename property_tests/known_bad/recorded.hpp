// SPDX-License-Identifier: Apache-2.0
// Goroutine reports with faults to choose from: os_threads on record, with a note left out or too many.
#pragma once

#include <csignal>
#include <cstdint>
#include <source_location>
#include <utility>

#include "harness/colour/blocking.hpp"
#include "impls/os_threads/runtime.hpp"
#include "property_tests/known_bad/mutation.hpp"

namespace gauntlet::known_bad {

struct BadlyRecorded : Recorded<impls::os_threads::Runtime> {
  using Bare = impls::os_threads::Runtime;
  using Good = Recorded<Bare>;

  template <class F>
  static void go(F&& job, std::source_location site = std::source_location::current()) {
    if (mutated("census_forgets_one") && starts_.is_the_time())
      Bare::go(std::forward<F>(job));
    else if (mutated("exception_is_swallowed"))
      Good::go(
          [job = std::forward<F>(job)]() mutable {
            try {
              job();
            } catch (...) {
            }
          },
          site);
    else if (mutated("overflow_is_not_told"))
      Good::go(
          [job = std::forward<F>(job)]() mutable {
            std::signal(SIGSEGV, SIG_DFL);
            job();
          },
          site);
    else if (mutated("closure_is_not_told") || mutated("closure_is_everything"))
      Good::go(
          [job = std::forward<F>(job)]() mutable {
            const auto* const begin = reinterpret_cast<const void*>(std::uintptr_t{1});
            Census::current()->has_closure(begin, mutated("closure_is_everything") ? SIZE_MAX - 1 : 0);
            job();
          },
          site);
    else
      Good::go(std::forward<F>(job), mutated("site_is_not_told") ? std::source_location() : site);
  }

  static void suspend(auto&& try_park) {
    if (mutated("detector_sleeps")) Census::one_more_busy();
    Good::suspend(std::forward<decltype(try_park)>(try_park));
  }

  static void resume(Handle handle) {
    if (mutated("detector_cries_wolf"))
      Bare::resume(handle.inner);  // Woken, and not counted as awake.
    else
      Good::resume(handle);
  }

 private:
  static inline Now starts_{3};
};

}  // namespace gauntlet::known_bad
