// SPDX-License-Identifier: Apache-2.0
// A core for each worker, where there are enough. Idle workers of Boost.Fiber spin: two of them on one core keep each
// other from working for a tick of the kernel, three milliseconds, at every hand-over. As examples/numa of the library.
#pragma once

#include "harness/portable/cores.hpp"

namespace gauntlet::impls::boost_fiber {

/// For the thread of worker `index` of `workers`. A lone worker floats, and so does a team of more than there are cores.
inline void take_own_core(unsigned index, unsigned workers) {
  const auto cores = Cores::allowed();
  if (workers > 1 && workers <= cores.size()) Cores::keep_to(cores[index]);
}

}  // namespace gauntlet::impls::boost_fiber
