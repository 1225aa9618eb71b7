// SPDX-License-Identifier: Apache-2.0
// A core for each worker, where there are enough. Idle workers of Boost.Fiber spin: two of them on one core keep each
// other from working for a tick of the kernel, three milliseconds, at every hand-over. As examples/numa of the library.
#pragma once

#include <sched.h>

namespace gauntlet::impls::boost_fiber {

/// For the thread of worker `index` of `workers`. A lone worker floats, and so does a team of more than there are cores.
inline void take_own_core(unsigned index, unsigned workers) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof(allowed), &allowed);
  if (workers < 2 || workers > static_cast<unsigned>(CPU_COUNT(&allowed))) return;
  int core = -1;
  for (unsigned nth = 0; nth <= index; ++nth)
    do ++core;
    while (!CPU_ISSET(static_cast<unsigned>(core), &allowed));
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(static_cast<unsigned>(core), &only);
  sched_setaffinity(0, sizeof(only), &only);
}

}  // namespace gauntlet::impls::boost_fiber
