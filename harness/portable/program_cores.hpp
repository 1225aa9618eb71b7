// SPDX-License-Identifier: Apache-2.0
// The cores that the program was given. A thread inherits those of the one that starts it, which may be a worker
// on a core of its own: who works for all of them asks for all cores again.
#pragma once

#include <sched.h>

namespace gauntlet {

class ProgramCores {
 public:
  /// The calling thread may run on every core that the program had before main().
  static void use() { sched_setaffinity(0, sizeof(at_start_), &at_start_); }

 private:
  static inline const cpu_set_t at_start_ = [] {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    sched_getaffinity(0, sizeof(cores), &cores);
    return cores;
  }();
};

}  // namespace gauntlet
