// SPDX-License-Identifier: Apache-2.0
// The litmus table as a lane reads it: property_tests/oracle/litmus.json, and the column that Go measured.
//
// The build turns both files into text, so that a contract executable needs none at run time.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "litmus_text.hpp"

namespace gauntlet::contract {

/// One line of a script: `send c 1`. The verbs: property_tests/oracle/README.md.
struct LitmusOp {
  std::string verb;
  std::string place;  ///< Which channel, wait group, mutex, timer, context...
  std::string other;  ///< The second one, of those that need two.
  std::vector<int> values;
  std::vector<LitmusOp> arms;  ///< Of a select.
};

struct LitmusCase {
  std::string title;
  std::map<std::string, std::optional<int>> channels;  ///< Capacity by name; none: a nil channel.
  std::vector<std::string> groups;
  std::vector<std::string> mutexes;
  std::vector<std::string> rw_mutexes;
  std::vector<std::string> onces;
  std::map<std::string, std::string> conds;  ///< The mutex of each.
  std::vector<std::string> timers;
  std::vector<std::string> contexts;
  std::vector<std::vector<LitmusOp>> scripts;  ///< The first is started, the others by `go N`.
  std::vector<std::string> expected;           ///< What each goroutine saw, in Go.
};

/// The oracle refuses a table that is not well formed, so this one only splits words.
inline LitmusOp litmus_op(const std::string& line) {
  LitmusOp op;
  std::istringstream words(line);
  words >> op.verb;
  if (op.verb == "select") {
    std::string arm;
    while (std::getline(words, arm, '|')) op.arms.push_back(litmus_op(arm));
    return op;
  }
  for (std::string word; words >> word;) {
    const bool is_number = word.find_first_not_of("-0123456789") == std::string::npos;
    if (is_number)
      op.values.push_back(std::stoi(word));
    else
      (op.place.empty() ? op.place : op.other) = word;
  }
  return op;
}

inline std::vector<LitmusCase> litmus_table() {
  const auto table = nlohmann::json::parse(kLitmusTable);
  const auto seen = nlohmann::json::parse(kLitmusExpected).at("seen");
  std::vector<LitmusCase> cases;
  for (const auto& raw : table) {
    LitmusCase one;
    one.title = raw.at("rule").get<std::string>() + "_" + raw.at("name").get<std::string>();
    if (raw.contains("channels")) {
      for (const auto& [name, capacity] : raw["channels"].items())
        one.channels[name] = capacity.is_null() ? std::nullopt : std::optional(capacity.get<int>());
    }
    one.groups = raw.value("groups", one.groups);
    one.mutexes = raw.value("mutexes", one.mutexes);
    one.rw_mutexes = raw.value("rw_mutexes", one.rw_mutexes);
    one.onces = raw.value("onces", one.onces);
    one.conds = raw.value("conds", one.conds);
    one.timers = raw.value("timers", one.timers);
    one.contexts = raw.value("contexts", one.contexts);
    for (const auto& lines : raw.at("goroutines")) {
      auto& script = one.scripts.emplace_back();
      for (const auto& line : lines) script.push_back(litmus_op(line.get<std::string>()));
    }
    one.expected = seen.at(one.title).get<std::vector<std::string>>();
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace gauntlet::contract
