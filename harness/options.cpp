// SPDX-License-Identifier: Apache-2.0
// Parsed by CLI11; what it says is folded into one line.
#include "harness/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace gauntlet {
namespace {

constexpr unsigned kMaxWorkers = 1024;

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  std::string params;
  double timeout_seconds = 60;
  bool unsupervised = false;

  CLI::App app{"Measures one case of one workload on one lane; writes Google Benchmark JSON."};
  app.add_flag("--list", options.list, "print the cases as JSON");
  app.add_option("--workload", options.workload, "name, see --list");
  app.add_option("--params", params, "name=value,... of one case, see --list");
  app.add_option("--workers", options.workers, "OS threads")->check(CLI::Range(1U, kMaxWorkers));
  app.add_option("--seed", options.seed, "recorded and given to the runtime");
  app.add_option("--round", options.round, "recorded");
  app.add_option("--order", options.order, "recorded");
  app.add_option("--min-time", options.min_time_seconds, "seconds to measure")
      ->check(CLI::Range(0.001, 3600.0));
  app.add_option("--warm-within", options.warm_within_seconds,
                 "no warm figure after a cold pass that took longer, seconds; 0: always one")
      ->check(CLI::Range(0.0, 86'400.0));
  app.add_option("--ops", options.ops, "operations per pass, instead of calibrating")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
  CLI::Option* const passes =
      app.add_option("--passes", options.passes,
                     "exactly so many passes of --ops operations and no warm-up: for counting, not for timing")
          ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 20));
  app.add_flag("--on-request", options.on_request,
               "after the warm-up, say ready; a pass for each line on stdin, its ns per op on stdout; ends with stdin")
      ->excludes(passes);
  app.add_option("--pass-time", options.pass_seconds, "seconds that a pass lasts at least, where it is calibrated")
      ->check(CLI::Range(0.0001, 60.0));
  app.add_option("--timeout", timeout_seconds, "seconds until the watchdog ends the process")
      ->check(CLI::Range(0.001, 86'400.0));
  app.add_option("--out", options.out, "JSON file");
  app.add_flag("--unsupervised", unsupervised, "measure in this process, for debuggers");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    std::exit(app.exit(help));
  } catch (const CLI::ParseError& error) {
    throw BadInput(one_line(error.what()) + "; see --help");
  }

  try {
    options.params = Params::parse(params);
  } catch (const std::invalid_argument& error) {
    throw BadInput(std::string("--params: ") + error.what() + "; see --list");
  }
  options.timeout = std::chrono::milliseconds(std::llround(timeout_seconds * 1000));
  options.supervised = !unsupervised;
  if (options.list) return options;
  if (options.workload.empty()) throw BadInput("--workload is missing; see --list for the names");
  if (options.passes > 0 && options.ops == 0)
    throw BadInput("--passes without --ops would do no fixed work; give both");
  if (options.out.empty()) throw BadInput("--out is missing: name the JSON file to write");
  return options;
}

}  // namespace gauntlet
