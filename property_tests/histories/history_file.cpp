// SPDX-License-Identifier: Apache-2.0
// Histories to and from JSON. Times are left out where there are none: seen_parked, returned.
#include "property_tests/histories/history_file.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace gauntlet::histories {
namespace {

using Json = nlohmann::ordered_json;

template <class Name>
Name named(const std::string& wanted) {
  for (std::uint8_t number = 0; number < 8; ++number)
    if (name_of(static_cast<Name>(number)) == wanted) return static_cast<Name>(number);
  throw std::runtime_error("knows no '" + wanted + "'");
}

Json to_json(const Operation& operation) {
  Json json{{"goroutine", operation.goroutine}, {"call", name_of(operation.call)}};
  if (operation.selects()) {
    for (const Case& one : operation.cases) {
      Json part{{"sends", one.sends}, {"channel", one.channel}};
      if (one.sends) part["value"] = one.value;
      json["cases"].push_back(part);
    }
    if (operation.chosen >= 0) json["chosen"] = operation.chosen;
  } else {
    json["channel"] = operation.channel;
  }
  if (operation.value != kNoValue) json["value"] = operation.value;
  json["called"] = operation.called;
  if (operation.seen_parked != kNever) json["seen_parked"] = operation.seen_parked;
  if (operation.returned != kNever) json["returned"] = operation.returned;
  json["answer"] = name_of(operation.answer);
  return json;
}

Operation to_operation(const Json& json) {
  Operation operation;
  operation.call = named<Call>(json.at("call").get<std::string>());
  operation.answer = named<Answer>(json.at("answer").get<std::string>());
  operation.goroutine = json.at("goroutine").get<int>();
  operation.channel = json.value("channel", 0);
  operation.value = json.value("value", kNoValue);
  operation.called = json.at("called").get<Time>();
  operation.seen_parked = json.value("seen_parked", kNever);
  operation.returned = json.value("returned", kNever);
  operation.chosen = json.value("chosen", -1);
  if (json.contains("cases")) {
    for (const Json& one : json.at("cases"))
      operation.cases.push_back({one.at("sends").get<bool>(), one.at("channel").get<int>(),
                                 one.value("value", kNoValue)});
  }
  return operation;
}

}  // namespace

HistoryFile read_history(const std::filesystem::path& path) {
  std::ifstream stream(path);
  if (!stream)
    throw std::runtime_error("cannot read " + path.string() + "; give a history in JSON");
  try {
    const Json json = Json::parse(stream);
    HistoryFile file{.story = json.at("story").get<std::string>(), .history = {}};
    file.verdict = json.value("verdict", "");
    file.reason = json.value("reason", "");
    file.history.capacities = json.at("capacities").get<std::vector<int>>();
    for (const Json& one : json.at("operations"))
      file.history.operations.push_back(to_operation(one));
    return file;
  } catch (const std::exception& error) {
    throw std::runtime_error(path.string() + " is no history: " + error.what());
  }
}

void write_history(const std::filesystem::path& path, const HistoryFile& file) {
  std::ostringstream text;
  text << "{\n\"story\": " << Json(file.story).dump();
  if (!file.verdict.empty()) text << ",\n\"verdict\": " << Json(file.verdict).dump();
  if (!file.reason.empty()) text << ",\n\"reason\": " << Json(file.reason).dump();
  text << ",\n\"capacities\": " << Json(file.history.capacities).dump() << ",\n\"operations\": [";
  const char* separator = "\n";
  for (const Operation& operation : file.history.operations) {
    text << separator << to_json(operation).dump();
    separator = ",\n";
  }
  text << "\n]}\n";
  const std::filesystem::path part = path.string() + ".part";
  std::ofstream(part) << text.str();
  std::filesystem::rename(part, path);
}

}  // namespace gauntlet::histories
