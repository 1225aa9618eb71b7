// SPDX-License-Identifier: Apache-2.0
// Boost.Fiber with its work_stealing scheduler and the harness's portable channels.
#pragma once

#include <array>
#include <boost/version.hpp>
#include <string_view>

#include "harness/contract/runtime.hpp"
#include "impls/boost_fiber/fibers.hpp"

namespace gauntlet::impls::boost_fiber {

struct PortableRuntime : Fibers {
  static constexpr RuntimeInfo info{
      .name = "boost_fiber+portable",
      .version = BOOST_LIB_VERSION,
      .stack = Stack::kFiber,
      .tuning =
          "work_stealing, suspend only with 1 worker; workers pinned when 1 < workers <= cores; "
          "fixedsize_stack of RunConfig::stack_bytes"};

  // Why: __cxa_get_globals() is per thread, and Boost.Fiber does not swap it with the fiber.
  static constexpr std::array<std::string_view, 4> broken_rules{
      "StackOverflow.R2_is_told_with_goroutine_and_spawn_site: fixedsize_stack has no guard page, so an "
      "overflow corrupts the heap",
      "Goroutine.R7_a_bare_blocking_call_does_not_stop_the_others: a call that blocks keeps its "
      "worker; make it inside blocking()",
      "Goroutine.G3_yields_inside_a_catch_and_keeps_its_exception: Boost.Fiber does not switch "
      "exception state",
      "Goroutine.G3_throws_again_inside_a_catch_after_a_yield: Boost.Fiber does not switch exception "
      "state"};
};

}  // namespace gauntlet::impls::boost_fiber
