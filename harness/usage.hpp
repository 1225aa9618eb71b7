// SPDX-License-Identifier: Apache-2.0
// What the process has used so far, from the kernel.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <ctime>
#include <fstream>
#include <string>

namespace gauntlet {

/// CPU time of all threads of the process, in nanoseconds.
inline std::int64_t cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::int64_t{1'000'000'000} * now.tv_sec + now.tv_nsec;
}

/// Resident bytes of the process; 0 where the kernel does not say.
inline std::int64_t resident_bytes() {
  std::int64_t total_pages = 0;
  std::int64_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

/// Pages that the process was given without a read from disk, so far.
inline std::int64_t minor_faults() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_minflt;
}

struct Usage {
  std::int64_t peak_rss_bytes;
  std::int64_t minor_faults;
  std::int64_t major_faults;
  std::int64_t voluntary_switches;
  std::int64_t involuntary_switches;

  // Not ru_maxrss: that one survives exec, and tells of the parent if it was larger.
  static std::int64_t peak_rss() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
      std::int64_t kib = 0;
      if (word == "VmHWM:" && status >> kib) return kib * 1024;
    }
    return 0;
  }

  static Usage now() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return {.peak_rss_bytes = peak_rss(),
            .minor_faults = used.ru_minflt,
            .major_faults = used.ru_majflt,
            .voluntary_switches = used.ru_nvcsw,
            .involuntary_switches = used.ru_nivcsw};
  }
};

}  // namespace gauntlet
