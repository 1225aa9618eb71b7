// SPDX-License-Identifier: Apache-2.0
// A complaint: the least history that is broken, in words and drawn.
#include "property_tests/histories/complaint.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

#include "property_tests/histories/history_file.hpp"
#include "property_tests/histories/minimal.hpp"
#include "property_tests/histories/timeline.hpp"

namespace gauntlet::histories {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  const char* asked = std::getenv("GAUNTLET_HISTORIES_DIR");
  return asked == nullptr ? fs::temp_directory_path() / "gauntlet_histories" : fs::path(asked);
}

/// Times from the first call on; those who began earlier come first.
History in_order(History history) {
  std::stable_sort(history.operations.begin(), history.operations.end(),
                   [](const Operation& a, const Operation& b) { return a.called < b.called; });
  if (history.operations.empty()) return history;
  const Time start = history.operations.front().called;
  for (Operation& one : history.operations) {
    one.called -= start;
    if (one.seen_parked != kNever) one.seen_parked -= start;
    if (one.returned != kNever) one.returned -= start;
  }
  return history;
}

std::string table_of(const History& history, const Verdict& verdict) {
  std::ostringstream text;
  for (int index = 0; index < static_cast<int>(history.operations.size()); ++index) {
    const Operation& one = history.operations[static_cast<std::size_t>(index)];
    text << "  goroutine " << one.goroutine << ": " << in_words(one) << "  [" << one.called
         << " ns, ";
    if (one.seen_parked != kNever) text << "seen waiting " << one.seen_parked << " ns, ";
    if (one.pending())
      text << "not returned]";
    else
      text << one.returned << " ns]";
    if (index == verdict.stuck) text << "  <- cannot be explained; " << verdict.state;
    text << "\n";
  }
  return text.str();
}

std::string again(const Origin& origin) {
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none);
  std::string line = "GAUNTLET_WORKERS=" + std::to_string(origin.workers) +
                     " GAUNTLET_SEED=" + std::to_string(origin.seed);
  if (!origin.properties.empty()) line += " RC_PARAMS=\"" + origin.properties + "\"";
  if (const char* mutation = std::getenv("GAUNTLET_MUTATION"))
    line += std::string(" GAUNTLET_MUTATION=") + mutation;
  return line + " " + program.string() + " --gtest_filter=" + origin.test + " --gtest_repeat=100";
}

}  // namespace

std::string complaint(const History& history, const Verdict& verdict, const Origin& origin) {
  const bool broken = verdict.kind == Verdict::kBroken;
  const History least = in_order(broken ? minimal(history) : history);
  const Verdict its = judge(least);
  const std::string title = origin.test + " on " + origin.lane + ", " +
                            std::to_string(origin.workers) + " workers, seed " +
                            std::to_string(origin.seed);
  std::ostringstream text;
  text << (broken ? "not linearizable: " : "no verdict: ") << verdict.reason << "\n";
  if (broken)
    text << "the least that shows it, " << least.operations.size() << " of "
         << history.operations.size() << " operations (" << its.reason << "):\n"
         << table_of(least, its);
  try {
    fs::create_directories(folder());
    const fs::path drawn = folder() / (origin.lane + "." + origin.test + ".html");
    std::ofstream(drawn) << timeline(least, its, title);
    write_history(fs::path(drawn).replace_extension(".json"),
                  {.story = title + ": " + its.reason, .history = least});
    text << "drawn in " << drawn.string() << ", with the history beside it as .json\n";
  } catch (const std::exception& error) {
    text << "not drawn: " << error.what() << "\n";
  }
  text << "again: " << again(origin) << "\n";
  return text.str();
}

}  // namespace gauntlet::histories
