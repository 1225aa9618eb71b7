// SPDX-License-Identifier: Apache-2.0
// Reads /proc and /sys; the build's own facts come from CMake as GAUNTLET_BUILD_* definitions.
#include "harness/environment.hpp"

#include <sys/utsname.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace gauntlet {
namespace {

constexpr const char* kUnknown = "unknown";

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) && !line.empty() ? line : kUnknown;
}

std::string from_variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : kUnknown;
}

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const bool names_it = line.starts_with("model name") || line.starts_with("CPU implementer");
    if (const auto colon = line.find(": "); names_it && colon != std::string::npos)
      return line.substr(colon + 2);
  }
  return kUnknown;
}

std::string kernel() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release : kUnknown;
}

/// Share of time since boot in which the hypervisor ran somebody else.
std::string steal_percent() {
  std::ifstream stat("/proc/stat");
  std::string cpu;
  double total = 0;
  double steal = 0;
  constexpr int kStealField = 7;  // user nice system idle iowait irq softirq steal
  stat >> cpu;
  for (int field = 0; field <= kStealField; ++field) {
    double ticks = 0;
    if (!(stat >> ticks)) return kUnknown;
    total += ticks;
    if (field == kStealField) steal = ticks;
  }
  std::ostringstream text;
  text.precision(3);
  text << (total > 0 ? 100 * steal / total : 0);
  return text.str();
}

}  // namespace

std::map<std::string, std::string> environment() {
  return {
      {"compiler", GAUNTLET_BUILD_COMPILER},
      {"compiler_flags", GAUNTLET_BUILD_FLAGS},
      {"build_type", GAUNTLET_BUILD_TYPE},
      {"commit", from_variable("GAUNTLET_COMMIT")},
      {"dirty", from_variable("GAUNTLET_DIRTY")},
      {"kernel", kernel()},
      {"cpu_model", cpu_model()},
      {"governor", first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")},
      {"aslr", first_line("/proc/sys/kernel/randomize_va_space")},
      {"max_map_count", first_line("/proc/sys/vm/max_map_count")},
      {"hypervisor_steal_percent", steal_percent()},
      {"allocator", std::getenv("LD_PRELOAD") != nullptr ? std::getenv("LD_PRELOAD") : "glibc"},
  };
}

}  // namespace gauntlet
