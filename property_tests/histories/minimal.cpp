// SPDX-License-Identifier: Apache-2.0
// Minimal histories: a shorter end, then fewer operations, until nothing more can go.
#include "property_tests/histories/minimal.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace gauntlet::histories {
namespace {

bool is_broken(const History& history, const Limits& limits) {
  return judge(history, limits).kind == Verdict::kBroken;
}

/// Told something and changed nothing.
bool has_no_effect(const Operation& operation) {
  switch (operation.answer) {
    case Answer::kWouldBlock:
    case Answer::kClosed:
    case Answer::kPanicked:
    case Answer::kLength:
      return true;
    case Answer::kPending:
    case Answer::kSent:
    case Answer::kReceived:
    case Answer::kDone:
      break;
  }
  return operation.pending() && operation.call == Call::kLen;
}

/// The shortest prefix that is broken: the longer ones all are, so halving finds it.
History shortest_prefix(const History& history, const Limits& limits) {
  std::vector<Time> ends;
  for (const Operation& operation : history.operations)
    if (!operation.pending()) ends.push_back(operation.returned);
  std::sort(ends.begin(), ends.end());
  const auto end = std::partition_point(ends.begin(), ends.end(), [&](Time time) {
    return !is_broken(prefix_of(history, time), limits);
  });
  return end == ends.end() ? history : prefix_of(history, *end);
}

/// Whether its answer might no longer be true if a value had not been there.
bool needs_values(const Operation& operation, const std::vector<int>& capacities) {
  const auto cases = cases_of(operation);
  const bool minds_room = std::any_of(cases.begin(), cases.end(), [&](const Case& one) {
    return one.sends && capacities[static_cast<std::size_t>(one.channel)] > 0;
  });
  if (operation.answer == Answer::kLength) return operation.value > 0;
  if (operation.answer == Answer::kWouldBlock || operation.selects()) return minds_room;
  // It was seen waiting for room.
  return operation.answer == Answer::kPanicked && operation.seen_parked != kNever;
}

}  // namespace

History prefix_of(const History& history, Time end) {
  History prefix{.capacities = history.capacities, .operations = {}};
  for (Operation operation : history.operations) {
    if (operation.called > end) continue;
    if (operation.returned > end && !operation.pending()) {
      const bool was_told =
          operation.answer == Answer::kReceived || operation.answer == Answer::kLength;
      if (was_told) operation.value = kNoValue;
      operation.returned = kNever;
      operation.answer = Answer::kPending;
      operation.chosen = -1;
    }
    if (operation.seen_parked > end) operation.seen_parked = kNever;
    prefix.operations.push_back(operation);
  }
  return prefix;
}

History without(const History& history, const std::vector<int>& operations) {
  const std::set<int> gone(operations.begin(), operations.end());
  History rest{.capacities = history.capacities, .operations = {}};
  for (int index = 0; index < static_cast<int>(history.operations.size()); ++index)
    if (!gone.contains(index))
      rest.operations.push_back(history.operations[static_cast<std::size_t>(index)]);
  return rest;
}

std::vector<std::vector<int>> removable(const History& history) {
  struct Value {
    std::vector<int> who;
    bool received = false;
  };
  std::map<int, Value> values;
  std::vector<std::vector<int>> groups;
  std::vector<std::vector<int>> closes;
  std::set<int> received;
  for (const Operation& operation : history.operations) {
    const Passage passage = passage_of(operation);
    if (!passage.sends && passage.value != kNoValue) received.insert(passage.value);
  }
  // Both halves of "refused and received" are what there is to see.
  const auto was_received = [&](const Operation& operation) {
    const auto cases = cases_of(operation);
    return std::any_of(cases.begin(), cases.end(),
                       [&](const Case& one) { return one.sends && received.contains(one.value); });
  };
  bool keeps_values = false;
  bool keeps_closes = false;
  bool keeps_unreceived = false;  // A pending receive may have taken it.
  for (int index = 0; index < static_cast<int>(history.operations.size()); ++index) {
    const Operation& operation = history.operations[static_cast<std::size_t>(index)];
    const Passage passage = passage_of(operation);
    if (has_no_effect(operation) && !was_received(operation)) groups.push_back({index});
    if (passage.value != kNoValue) {
      values[passage.value].who.push_back(index);
      values[passage.value].received = received.contains(passage.value);
    }
    if (operation.pending()) {
      const auto cases = cases_of(operation);
      if (cases.size() == 1 && cases.front().sends)
        values[cases.front().value].who.push_back(index);
      keeps_unreceived |=
          operation.selects() || operation.call == Call::kRecv || operation.call == Call::kTryRecv;
      keeps_values |= operation.selects();  // Any of its values may be in somebody's hands.
    }
    if (operation.call == Call::kClose && !has_no_effect(operation)) closes.push_back({index});
    keeps_values |= needs_values(operation, history.capacities);
    keeps_closes |= operation.answer == Answer::kClosed || operation.answer == Answer::kPanicked;
  }
  for (const auto& [value, its] : values)
    if (!keeps_values && (its.received || !keeps_unreceived)) groups.push_back(its.who);
  if (!keeps_closes) groups.insert(groups.end(), closes.begin(), closes.end());
  return groups;
}

History minimal(const History& history, const Limits& limits) {
  History least = shortest_prefix(history, limits);
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (const auto& group : removable(least)) {
      const History rest = without(least, group);
      if (!is_broken(rest, limits)) continue;
      least = rest;
      smaller = true;
      break;  // The groups are those of the larger one.
    }
  }
  return least;
}

}  // namespace gauntlet::histories
