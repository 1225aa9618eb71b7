// SPDX-License-Identifier: Apache-2.0
// The command line of a bench executable: one process measures one case.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "harness/params.hpp"

namespace gauntlet {

struct Options {
  bool list = false;            ///< Print the cases as JSON and end.
  std::string workload;         ///< Registered name.
  Params params;                ///< Exactly those of one of its cases.
  unsigned workers = 1;         ///< OS threads that execute goroutines.
  std::uint64_t seed = 0;       ///< Recorded, and given to the runtime.
  unsigned round = 1;           ///< Recorded: the driver's round.
  unsigned order = 0;           ///< Recorded: place in the round's order.
  double min_time_seconds = 0.25;
  double warm_within_seconds = 0;  ///< A longer cold pass is not repeated; 0: always repeat.
  std::int64_t ops = 0;         ///< 0: calibrated, or what the case fixes.
  std::int64_t passes = 0;      ///< 0: as many as fill min_time_seconds, after a warm-up.
  bool on_request = false;      ///< After the warm-up, a pass for each line on stdin instead: see requests.hpp.
  double pass_seconds = 0.02;   ///< What a pass is calibrated to last at least.
  std::chrono::milliseconds timeout{60'000};
  std::string out;              ///< Google Benchmark JSON goes here.
  bool supervised = true;       ///< Measure in a child process.
};

/// Throws BadInput with one line that names the culprit and the mend.
class BadInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Ends the process by itself for --help. Throws BadInput.
Options parse_options(int argc, char** argv);

}  // namespace gauntlet
