// SPDX-License-Identifier: Apache-2.0
// Command line, timed passes and the one line of JSON that the hand-written programs here share.
//
// These programs use nothing of the harness that they check. They time as it does: untimed passes
// first, then the mean over passes by the steady clock, every pass checked.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace gauntlet::overhead {

struct Arguments {
  unsigned workers = 1;
  std::int64_t ops = 100'000;  ///< Round trips in one pass.

  Arguments(int count, char** values) {
    for (int i = 1; i < count; i += 2) {
      const std::string_view flag = values[i];
      const long long number = i + 1 < count ? std::atoll(values[i + 1]) : 0;
      const bool known = flag == "--workers" || flag == "--ops";
      if (!known || number < 1) {
        std::fprintf(stderr, "%s: unknown or without a positive number; use --workers N --ops N\n",
                     values[i]);
        std::exit(2);
      }
      if (flag == "--workers")
        workers = static_cast<unsigned>(number);
      else
        ops = number;
    }
  }
};

/// `one_pass(ops)` does that many round trips and returns the sum of what came back. Call it on a
/// goroutine.
template <class Pass>
void time_passes(std::string_view lane, const Arguments& arguments, Pass&& one_pass) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kWarmUp{50};
  constexpr std::chrono::milliseconds kTimed{500};
  const std::int64_t ops = arguments.ops;
  const auto spend = [&](std::chrono::nanoseconds at_least, std::int64_t& passes) {
    std::chrono::nanoseconds spent{0};
    for (passes = 0; spent < at_least; ++passes) {
      const auto begin = Clock::now();
      const std::int64_t sum = one_pass(ops);
      spent += Clock::now() - begin;
      if (sum != ops * (ops + 1) / 2) {
        std::fprintf(stderr, "WRONG: the sum is %lld\n", static_cast<long long>(sum));
        std::exit(1);
      }
    }
    return static_cast<double>(spent.count());
  };
  std::int64_t passes = 0;
  spend(kWarmUp, passes);
  const double spent_ns = spend(kTimed, passes);
  std::printf("{\"lane\":\"%.*s\",\"ns_per_op\":%.2f,\"ops\":%lld,\"workers\":%u}\n",
              static_cast<int>(lane.size()), lane.data(),
              spent_ns / static_cast<double>(passes * ops), static_cast<long long>(ops),
              arguments.workers);
}

}  // namespace gauntlet::overhead
