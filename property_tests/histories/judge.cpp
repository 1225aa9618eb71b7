// SPDX-License-Identifier: Apache-2.0
// The judge: is it a history at all, does it keep the laws, is there an order for every window.
#include "property_tests/histories/judge.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "property_tests/histories/laws.hpp"
#include "property_tests/histories/model.hpp"
#include "property_tests/histories/search.hpp"
#include "property_tests/histories/windows.hpp"

namespace gauntlet::histories {
namespace {

/// The answers that each call can give.
bool fits(const Operation& operation) {
  const auto one_of = [&](std::initializer_list<Answer> answers) {
    return std::find(answers.begin(), answers.end(), operation.answer) != answers.end();
  };
  if (operation.pending()) return operation.returned == kNever;
  switch (operation.call) {
    case Call::kSend:
      return one_of({Answer::kSent, Answer::kPanicked});
    case Call::kRecv:
      return one_of({Answer::kReceived, Answer::kClosed});
    case Call::kTrySend:
      return one_of({Answer::kSent, Answer::kWouldBlock, Answer::kClosed});
    case Call::kTryRecv:
      return one_of({Answer::kReceived, Answer::kWouldBlock, Answer::kClosed});
    case Call::kClose:
      return one_of({Answer::kDone, Answer::kPanicked});
    case Call::kLen:
      return one_of({Answer::kLength});
    case Call::kSelect:
    case Call::kTrySelect:
      break;
  }
  if (one_of({Answer::kPanicked})) return true;
  if (one_of({Answer::kWouldBlock})) return operation.call == Call::kTrySelect;
  if (operation.chosen < 0 || operation.chosen >= static_cast<int>(operation.cases.size()))
    return false;
  const bool sends = operation.cases[static_cast<std::size_t>(operation.chosen)].sends;
  return sends ? one_of({Answer::kSent}) : one_of({Answer::kReceived, Answer::kClosed});
}

void require_history(const History& history) {
  const auto refuse = [](std::size_t index, const std::string& what) {
    throw std::invalid_argument("operation " + std::to_string(index) + " " + what);
  };
  const int channels = static_cast<int>(history.capacities.size());
  std::set<int> offered;
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    if (!fits(operation)) refuse(i, "has an answer that its call cannot give");
    if (operation.called < 0 || operation.returned < operation.called ||
        operation.seen_parked < operation.called)
      refuse(i, "returned, or was seen parked, before it was called");
    if (!operation.selects() && (operation.channel < 0 || operation.channel >= channels))
      refuse(i, "uses a channel that is not there");
    for (const Case& one : cases_of(operation)) {
      if (one.channel < 0 || one.channel >= channels) refuse(i, "uses a channel that is not there");
      if (one.sends && !offered.insert(one.value).second)
        refuse(i, "offers " + std::to_string(one.value) + ", which was offered before");
    }
  }
}

}  // namespace

Verdict judge_by_laws(const History& history) {
  require_history(history);
  Verdict verdict;
  const Breach breach = breach_of(history);
  if (breach.law.empty()) return verdict;
  verdict.kind = Verdict::kBroken;
  verdict.reason = breach.law;
  verdict.stuck = breach.operations.empty() ? -1 : breach.operations.back();
  return verdict;
}

Verdict judge(const History& history, const Limits& limits) {
  Verdict all = judge_by_laws(history);
  const Model model(history);
  for (const Window& window : windows_of(history)) {
    Verdict one = search(history, model, window, limits);
    all.configurations += one.configurations;
    all.widest = std::max(all.widest, one.widest);
    all.explained.insert(all.explained.end(), one.explained.begin(), one.explained.end());
    if (one.kind == Verdict::kLinearizable) continue;
    if (all.kind == Verdict::kBroken && one.kind == Verdict::kUnknown) continue;
    if (all.kind == Verdict::kLinearizable || one.kind == Verdict::kBroken) {
      all.stuck = one.stuck;
      all.state = one.state;
    }
    if (all.kind != Verdict::kBroken) {
      all.kind = one.kind;
      all.reason = one.reason;
    }
    if (one.kind == Verdict::kBroken) break;
  }
  return all;
}

}  // namespace gauntlet::histories
