// SPDX-License-Identifier: Apache-2.0
// What a workload's file says about it. One text for every lane; the harness owns loop, clock and check.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/params.hpp"
#include "harness/pass.hpp"
#include "harness/under_test.hpp"

namespace gauntlet {

/// One process measures one case.
struct Case {
  Params params;
  std::int64_t fixed_ops = 0;  ///< 0: as many as fill a pass (the harness calibrates).
  bool cold_and_warm = false;  ///< The first pass of the process is a figure of its own.
};

struct Workload {
  std::string name;                ///< File name, JSON name and report row.
  std::string unit;                ///< What one op is: "round trip".
  std::string group{};             ///< Where the report shows it: "channels".
  /// The contract's rules that the figure relies on ("C5"), or whole suites ("wait_group"): a lane that
  /// breaks one has no figure here, and a defect elsewhere takes none away.
  std::vector<std::string> needs;
  std::vector<Case> cases;
  Task (*body)(Pass&);               ///< Runs as a goroutine. AWAIT it.
  Tally (*expected)(const Pass&);    ///< What body must have written into pass.tally.
};

/// All workloads of this executable, sorted by name.
const std::vector<Workload>& workloads();

/// Adds a workload at start-up: `const Registration registered{{.name = ...}};` in its file.
class Registration {
 public:
  explicit Registration(Workload workload);
};

}  // namespace gauntlet
