// SPDX-License-Identifier: Apache-2.0
// The bench executable of one lane: a case in, Google Benchmark JSON out. The only file that knows Google
// Benchmark. It owns the loop, the clock and the check; a workload never sees benchmark::State.
//
// A figure is the mean over the timed passes of this process. Every pass is checked, also the untimed ones;
// one wrong tally makes the whole process WRONG.
#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "harness/environment.hpp"
#include "harness/last_words.hpp"
#include "harness/measurement.hpp"
#include "harness/options.hpp"
#include "harness/requests.hpp"
#include "harness/supervisor.hpp"
#include "harness/watchdog.hpp"
#include "harness/workload.hpp"

namespace gauntlet {
namespace {

std::string known_cases(const Workload& workload) {
  std::string text;
  for (const Case& each : workload.cases)
    text += (text.empty() ? "" : " | ") + each.params.joined();
  return text;
}

Selected select(const Options& options) {
  std::string names;
  for (const Workload& workload : workloads()) {
    names += (names.empty() ? "" : ", ") + workload.name;
    if (workload.name != options.workload) continue;
    for (const Case& each : workload.cases)
      if (each.params == options.params) return {workload, each};
    throw BadInput("workload '" + workload.name + "' has no case '" + options.params.joined() +
                   "'; its cases: " + known_cases(workload));
  }
  throw BadInput("unknown workload '" + options.workload + "'; known: " + names);
}

int list_cases() {
  auto cases = nlohmann::json::array();
  for (const Workload& workload : workloads())
    for (const Case& each : workload.cases)
      cases.push_back({{"workload", workload.name},
                       {"params", each.params.values()},
                       {"unit", workload.unit},
                       {"group", workload.group},
                       {"fixed_ops", each.fixed_ops},
                       {"cold_and_warm", each.cold_and_warm},
                       {"needs", workload.needs},
                       {"defects", told_defects<UnderTest>(workload.needs)}});
  std::printf("%s\n", cases.dump(1).c_str());
  return static_cast<int>(ExitCode::kOk);
}

void set_counters(benchmark::State& state, const Measurement& measurement, const PassTime& total,
                  std::int64_t passes) {
  const auto per_op = [&](std::int64_t ns) {
    return static_cast<double>(ns) / static_cast<double>(passes * measurement.ops());
  };
  const Usage usage = Usage::now();
  auto& counters = state.counters;
  const auto set = [&](const char* name, std::int64_t value) {
    counters[name] = static_cast<double>(value);
  };
  set("ops", measurement.ops());
  set("passes", passes);
  set("tally_count", measurement.tally().count);
  set("tally_sum", measurement.tally().sum);
  counters["ns_per_op"] = per_op(total.elapsed_ns - total.asked_ns);
  counters["cpu_ns_per_op"] = per_op(total.cpu_ns);
  counters["cores_used"] = static_cast<double>(total.cpu_ns) / static_cast<double>(total.elapsed_ns);
  counters["faults_per_op"] = per_op(total.minor_faults);
  set("peak_rss_bytes", usage.peak_rss_bytes);
  set("minor_faults", usage.minor_faults);
  set("major_faults", usage.major_faults);
  set("voluntary_switches", usage.voluntary_switches);
  set("involuntary_switches", usage.involuntary_switches);
  if (const auto& shares = measurement.shares(); !shares.empty()) {
    set("share_min", *std::min_element(shares.begin(), shares.end()));
    set("share_max", *std::max_element(shares.begin(), shares.end()));
    set("starved", std::count(shares.begin(), shares.end(), 0));
  }
}

/// Where ops are waits: their percentiles, and as the figure their mean, because what a pass lasts is then the
/// workload's own choice.
void set_latency(benchmark::State& state, Latency& latency) {
  if (latency.empty()) return;
  auto& counters = state.counters;
  counters["ns_per_op"] = latency.mean_ns();
  const auto set = [&](const char* name, std::int64_t value) { counters[name] = static_cast<double>(value); };
  set("latency_p50_ns", latency.percentile_ns(50));
  set("latency_p90_ns", latency.percentile_ns(90));
  set("latency_p99_ns", latency.percentile_ns(99));
  set("latency_p99_9_ns", latency.percentile_ns(99.9));
  set("latency_max_ns", latency.max_ns());
}

/// Resident bytes while nobody was parked, and ten, a hundred, a thousand...
void set_memory(benchmark::State& state, const MemorySlope& memory) {
  for (const MemorySlope::Point& point : memory.points()) {
    std::int64_t rest = point.alive;
    while (rest >= 10 && rest % 10 == 0) rest /= 10;
    if (rest > 1) continue;
    state.counters["resident_at_" + std::to_string(point.alive)] = static_cast<double>(point.bytes);
  }
  if (const auto maps = memory.maps()) state.counters["maps"] = static_cast<double>(*maps);
  if (const auto slope = memory.bytes_per_goroutine())
    state.counters["bytes_per_goroutine"] = *slope;
}

void set_figures(benchmark::State& state, Measurement& measurement, const PassTime& total, std::int64_t passes) {
  set_counters(state, measurement, total, passes);
  set_latency(state, measurement.latency());
  state.SetLabel(measurement.note());
}

/// One entry of the JSON: `state`'s iterations are timed passes. `memory` is sampled in the first.
void record(benchmark::State& state, Measurement& measurement, MemorySlope* memory) {
  PassTime total;
  std::int64_t passes = 0;
  measurement.forget_latency();
  while (state.KeepRunning()) {
    const PassTime time = measurement.one_pass(passes == 0 ? memory : nullptr);
    total += time;
    ++passes;
    state.SetIterationTime(static_cast<double>(time.elapsed_ns) / 1e9);
    if (!measurement.wrong().empty()) {
      state.SkipWithError(measurement.wrong().c_str());
      return;
    }
  }
  set_figures(state, measurement, total, passes);
  if (memory != nullptr) set_memory(state, *memory);
}

/// One entry of the JSON whose only iteration is all the passes that are asked for. A wrong one is not answered.
void record_requested(benchmark::State& state, Measurement& measurement, Watchdog& watchdog) {
  PassTime total;
  std::int64_t passes = 0;
  measurement.forget_latency();
  Requests requests(std::cin, std::cout);
  while (state.KeepRunning()) {
    watchdog.rest();
    requests.ready();
    for (; requests.next(); ++passes) {
      watchdog.work();
      total += measurement.one_pass();
      watchdog.rest();
      if (!measurement.wrong().empty()) break;
      requests.answer(measurement.ns_per_op());
    }
    state.SetIterationTime(static_cast<double>(total.elapsed_ns) / 1e9);
  }
  if (!measurement.wrong().empty())
    state.SkipWithError(measurement.wrong().c_str());
  else if (passes == 0)
    state.SkipWithError("no pass was asked for");
  else
    set_figures(state, measurement, total, passes);
}

/// The warm entry where the time for one is not given: says so instead of a figure.
void leave_out(benchmark::State& state, const Measurement& measurement) {
  char reason[128];
  std::snprintf(reason, sizeof(reason),
                "n/a: a pass takes %.1f s, too long to repeat in this profile (full does)",
                measurement.longest_pass_seconds());
  state.SkipWithError(reason);
}

void add_context(const Selected& selected, const Options& options) {
  const auto add = [](const std::string& key, const std::string& value) {
    benchmark::AddCustomContext(key, value);
  };
  for (const auto& [key, value] : environment()) add(key, value);
  constexpr RuntimeInfo kInfo = UnderTest::info;
  add("gauntlet_schema", "1");
  add("lane", std::string(kInfo.name));
  add("lane_version", std::string(kInfo.version));
  add("lane_tuning", std::string(kInfo.tuning));
  add("stack", std::string(to_string(kInfo.stack)));
  add("channel", ChannelOf<UnderTest, std::int64_t>::is_native ? "native" : "portable");
  add("libraries", GAUNTLET_LANE_LIBRARIES);
  add("workload", selected.workload.name);
  add("params", options.params.joined());
  add("workers", std::to_string(options.workers));
  add("seed", std::to_string(options.seed));
  add("round", std::to_string(options.round));
  add("order", std::to_string(options.order));
}

std::string entry_name(const Selected& selected, const Options& options, const char* temperature) {
  std::string name = selected.workload.name;
  const std::string params = options.params.joined(':', '/');
  if (!params.empty()) name += "/" + params;
  if (*temperature != '\0') name += std::string("/temperature:") + temperature;
  return name + "/workers:" + std::to_string(options.workers);
}

/// Registers an entry and runs nothing yet.
benchmark::internal::Benchmark* add_entry(const std::string& name, auto&& recorded) {
  return benchmark::RegisterBenchmark(name.c_str(), std::forward<decltype(recorded)>(recorded))
      ->UseManualTime()
      ->MeasureProcessCPUTime()
      ->Unit(benchmark::kNanosecond);
}

/// Left out if the passes before it took longer than that.
benchmark::internal::Benchmark* add_entry(const std::string& name, Measurement& measurement,
                                          MemorySlope* memory, double most_seconds) {
  return add_entry(name, [&measurement, memory, most_seconds](benchmark::State& state) {
    if (most_seconds > 0 && measurement.longest_pass_seconds() > most_seconds)
      leave_out(state, measurement);
    else
      record(state, measurement, memory);
  });
}

void add_entries(const Selected& selected, const Options& options, Measurement& measurement,
                 MemorySlope& memory, Watchdog& watchdog) {
  if (options.passes > 0) {
    add_entry(entry_name(selected, options, ""), measurement, &memory, 0)
        ->Iterations(options.passes);
    return;
  }
  if (options.on_request) {
    measurement.warm_up();
    add_entry(entry_name(selected, options, ""), [&](benchmark::State& state) {
      record_requested(state, measurement, watchdog);
    })->Iterations(1);
    return;
  }
  const bool cold = selected.chosen.cold_and_warm;
  if (cold)
    add_entry(entry_name(selected, options, "cold"), measurement, &memory, 0)->Iterations(1);
  else
    measurement.warm_up();
  add_entry(entry_name(selected, options, cold ? "warm" : ""), measurement, nullptr,
            cold ? options.warm_within_seconds : 0)
      ->MinTime(options.min_time_seconds);
}

/// One line per entry for whoever watches; the JSON has the rest.
class OneLine : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      const auto figure = run.counters.find("ns_per_op");
      if (run.error_occurred || figure == run.counters.end())
        std::printf("%s: %s\n", run.run_name.function_name.c_str(), run.error_message.c_str());
      else
        std::printf("%s: %.1f ns per op\n", run.run_name.function_name.c_str(),
                    figure->second.value);
    }
  }
};

void run_benchmarks(const Options& options) {
  std::string out = "--benchmark_out=" + options.out;
  std::string format = "--benchmark_out_format=json";
  std::string program = "bench";
  std::vector<char*> arguments{program.data(), out.data(), format.data()};
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  OneLine progress;
  benchmark::RunSpecifiedBenchmarks(&progress);
}

int measure(const Options& options, std::atomic<std::int64_t>& started_mark) {
  const Selected selected = select(options);
  end_with_a_reason(started_mark);
  const RunConfig config{.workers = options.workers, .seed = options.seed};
  if (const std::string reason = why_declined<UnderTest>(config); !reason.empty())
    return tell(ExitCode::kNotAvailable, reason);
  if (const std::string reason = why_unable(selected.workload.needs); !reason.empty())
    return tell(ExitCode::kNotAvailable, reason);
  Watchdog watchdog(options.timeout, WaitPlace::describe_all);
  Measurement measurement(selected, options, started_mark);
  MemorySlope memory;
  add_context(selected, options);
  add_entries(selected, options, measurement, memory, watchdog);
  run_benchmarks(options);
  if (!measurement.wrong().empty()) return tell(ExitCode::kWrong, measurement.wrong());
  return static_cast<int>(ExitCode::kOk);
}

int bench_main(int argc, char** argv) {
  try {
    const Options options = parse_options(argc, argv);
    if (options.list) return list_cases();
    select(options);  // Bad input is told before a process is forked.
    if (options.supervised)
      return supervise([&](std::atomic<std::int64_t>& mark) { return measure(options, mark); });
    std::atomic<std::int64_t> mark{0};
    return measure(options, mark);
  } catch (const BadInput& error) {
    return tell(ExitCode::kBadInput, error.what());
  }
}

}  // namespace
}  // namespace gauntlet

int main(int argc, char** argv) { return gauntlet::bench_main(argc, argv); }
