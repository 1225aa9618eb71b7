// SPDX-License-Identifier: Apache-2.0
// Boost.Fiber with its work_stealing scheduler and its own channels.
#pragma once

#include <boost/version.hpp>

#include "harness/contract/runtime.hpp"
#include "impls/boost_fiber/channel.hpp"
#include "impls/boost_fiber/fibers.hpp"

namespace gauntlet::impls::boost_fiber {

struct Runtime : Fibers {
  static constexpr RuntimeInfo info{.name = "boost_fiber",
                                    .version = BOOST_LIB_VERSION,
                                    .stack = Stack::kFiber,
                                    .tuning = "work_stealing, suspend=false; fixedsize_stack"};

  template <class T>
  using Channel = NativeChannel<T>;
};

}  // namespace gauntlet::impls::boost_fiber
