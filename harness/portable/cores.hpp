// SPDX-License-Identifier: Apache-2.0
// The cores that threads run on. A thread inherits those of the one that starts it, which may be a worker on a core of
// its own: who works for all of them asks for all cores again.
#pragma once

#include <sched.h>

#include <vector>

namespace gauntlet {

class Cores {
 public:
  /// Those of the calling thread, by number.
  static std::vector<int> allowed() {
    const cpu_set_t set = of_this_thread();
    std::vector<int> cores;
    for (int core = 0; core < CPU_SETSIZE; ++core)
      if (CPU_ISSET(core, &set)) cores.push_back(core);
    return cores;
  }

  /// The calling thread runs on this one only.
  static void keep_to(int core) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(core, &only);
    sched_setaffinity(0, sizeof(only), &only);
  }

  /// The calling thread may run on every core that the program had before main().
  static void use_all() { sched_setaffinity(0, sizeof(at_start_), &at_start_); }

 private:
  static cpu_set_t of_this_thread() {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof(set), &set);
    return set;
  }

  static inline const cpu_set_t at_start_ = of_this_thread();
};

}  // namespace gauntlet
