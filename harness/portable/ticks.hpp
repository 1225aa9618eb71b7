// SPDX-License-Identifier: Apache-2.0
// A clock that costs next to nothing, for what need not be exact: whoever reads it does not mind a factor of two.
#pragma once

#include <chrono>
#include <cstdint>

namespace gauntlet {

#if defined(__x86_64__)
/// Three to four a nanosecond, on most.
inline std::uint64_t ticks() { return __builtin_ia32_rdtsc(); }
inline constexpr std::uint64_t kTicksPerMicrosecond = 3'000;
#else
inline std::uint64_t ticks() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}
inline constexpr std::uint64_t kTicksPerMicrosecond = 1'000;
#endif

}  // namespace gauntlet
