// SPDX-License-Identifier: Apache-2.0
// Programs: random commands, and their words.
#include "property_tests/histories/program.hpp"

#include <array>
#include <utility>

namespace gauntlet::histories {

Command any_command(const Mix& mix, int channels, const std::function<int(int)>& pick) {
  const std::array<std::pair<Call, int>, 7> weights{{{Call::kSend, mix.sends},
                                                     {Call::kRecv, mix.recvs},
                                                     {Call::kTrySend, mix.try_sends},
                                                     {Call::kTryRecv, mix.try_recvs},
                                                     {Call::kClose, mix.closes},
                                                     {Call::kLen, mix.lens},
                                                     {Call::kSelect, mix.selects}}};
  Command command{.channel = pick(channels)};
  int dice = pick(mix.total());
  for (const auto& [call, weight] : weights) {
    command.call = call;
    if (dice < weight) break;
    dice -= weight;
  }
  constexpr int kOftenNone = 6;
  constexpr int kMostYields = 3;
  if (const int yields = pick(kOftenNone); yields < kMostYields) command.yields = yields;
  if (command.call != Call::kSelect) return command;
  if (pick(2) == 0) command.call = Call::kTrySelect;
  constexpr int kMostCases = 3;
  for (int cases = 1 + pick(kMostCases); cases > 0; --cases)
    command.cases.push_back({.sends = pick(2) == 0, .channel = pick(channels)});
  return command;
}

std::string in_words(const Command& command) {
  std::string words(name_of(command.call));
  if (command.cases.empty()) words += " " + std::to_string(command.channel);
  for (const Case& one : command.cases)
    words += (one.sends ? " send " : " recv ") + std::to_string(one.channel);
  for (int i = 0; i < command.yields; ++i) words += "'";
  return words;
}

std::ostream& operator<<(std::ostream& stream, const Program& program) {
  const auto show = [&](const char* name, const std::vector<Command>& commands) {
    stream << "\n  " << name << ":";
    for (const Command& command : commands) stream << " " << in_words(command) << ";";
  };
  stream << "capacities";
  for (const int capacity : program.capacities) stream << " " << capacity;
  stream << (program.ending == Ending::kTakeThenClose ? ", drained when stuck"
                                                      : ", closed when stuck");
  show("one by one", program.prefix);
  for (const auto& branch : program.branches) show("branch", branch);
  return stream << "\n  (a ' is a yield before)";
}

}  // namespace gauntlet::histories
