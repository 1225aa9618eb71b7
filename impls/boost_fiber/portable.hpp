// SPDX-License-Identifier: Apache-2.0
// Boost.Fiber with its work_stealing scheduler and the harness's portable channels.
#pragma once

#include <boost/version.hpp>

#include "harness/contract/runtime.hpp"
#include "impls/boost_fiber/fibers.hpp"

namespace gauntlet::impls::boost_fiber {

struct PortableRuntime : Fibers {
  static constexpr RuntimeInfo info{.name = "boost_fiber+portable",
                                    .version = BOOST_LIB_VERSION,
                                    .stack = Stack::kFiber,
                                    .tuning = "work_stealing, suspend=false; fixedsize_stack"};
};

}  // namespace gauntlet::impls::boost_fiber
