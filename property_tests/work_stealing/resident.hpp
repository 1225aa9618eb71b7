// SPDX-License-Identifier: Apache-2.0
// The resident set of this process.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <fstream>

namespace gauntlet::impls::work_stealing {

inline std::size_t resident_bytes() {
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace gauntlet::impls::work_stealing
