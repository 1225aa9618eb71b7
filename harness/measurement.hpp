// SPDX-License-Identifier: Apache-2.0
// Does passes of one case and checks every one of them, the untimed ones too.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/latency.hpp"
#include "harness/options.hpp"
#include "harness/session.hpp"
#include "harness/workload.hpp"

namespace gauntlet {

/// What the command line picked; both live as long as the registry.
struct Selected {
  const Workload& workload;
  const Case& chosen;
};

class Measurement {
 public:
  Measurement(Selected selected, const Options& options, std::atomic<std::int64_t>& started_mark)
      : workload_(selected.workload),
        case_(selected.chosen),
        started_mark_(started_mark),
        session_(workload_, {.workers = options.workers, .seed = options.seed}),
        workers_(options.workers),
        seed_(options.seed),
        pass_seconds_(options.pass_seconds),
        ops_(options.ops > 0 ? options.ops : case_.fixed_ops) {}

  PassTime one_pass(MemorySlope* memory = nullptr) {
    Pass pass{.params = case_.params,
              .ops = ops_,
              .workers = workers_,
              .seed = seed_++,
              .memory = memory,
              .started_mark = &started_mark_};
    const PassTime time = session_.time(pass);
    const Tally wanted = workload_.expected(pass);
    if (pass.tally != wanted && wrong_.empty())
      wrong_ = "tally is " + pass.tally.to_string() + " instead of " + wanted.to_string();
    tally_ = pass.tally;
    shares_ = std::move(pass.shares);
    note_ = std::move(pass.note);
    latency_.add(pass.waits_ns);
    ns_per_op_ = figure_of(pass, time);
    longest_ns_ = std::max(longest_ns_, time.elapsed_ns);
    return time;
  }

  /// Untimed passes until the workers are warm; finds how many ops fill a pass unless that is fixed.
  void warm_up() {
    const bool calibrate = ops_ == 0;
    if (calibrate) ops_ = kFirstOps;
    double total = 0;
    for (;;) {
      const PassTime time = one_pass();
      const double seconds = static_cast<double>(time.elapsed_ns) / 1e9;
      total += seconds;
      if (!wrong_.empty() || (total >= kWarmUpSeconds && (!calibrate || seconds >= pass_seconds_)))
        return;
      if (!calibrate || seconds >= pass_seconds_) continue;
      const double growth = std::clamp(1.5 * pass_seconds_ / std::max(seconds, 1e-9), 2.0, 20.0);
      ops_ = static_cast<std::int64_t>(static_cast<double>(ops_) * growth);
    }
  }

  std::int64_t ops() const { return ops_; }
  /// The first tally that was not as expected, in words; empty so far.
  const std::string& wrong() const { return wrong_; }
  const std::vector<std::int64_t>& shares() const { return shares_; }
  const std::string& note() const { return note_; }
  const Tally& tally() const { return tally_; }
  /// The figure of the last pass alone: what its ops took, or where waiting is what is measured, how long they waited.
  double ns_per_op() const { return ns_per_op_; }
  /// Of all passes since the last forget_latency().
  Latency& latency() { return latency_; }
  void forget_latency() { latency_ = {}; }
  double longest_pass_seconds() const { return static_cast<double>(longest_ns_) / 1e9; }

 private:
  static double figure_of(const Pass& pass, const PassTime& time) {
    if (pass.waits_ns.empty())
      return static_cast<double>(time.elapsed_ns - time.asked_ns) / static_cast<double>(pass.ops);
    Latency waits;
    waits.add(pass.waits_ns);
    return waits.mean_ns();
  }

  static constexpr double kWarmUpSeconds = 0.05;  // Thrown away.
  static constexpr std::int64_t kFirstOps = 100;  // Few: where an op takes a millisecond, a pass is never shorter.

  const Workload& workload_;
  const Case& case_;
  std::atomic<std::int64_t>& started_mark_;
  Session session_;
  unsigned workers_;
  std::uint64_t seed_;  // Of the next pass: each draws anew.
  double pass_seconds_;
  std::int64_t ops_;
  std::int64_t longest_ns_ = 0;
  double ns_per_op_ = 0;
  std::string wrong_;
  Tally tally_;
  std::vector<std::int64_t> shares_;
  std::string note_;
  Latency latency_;
};

}  // namespace gauntlet
