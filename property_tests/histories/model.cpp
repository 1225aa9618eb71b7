// SPDX-License-Identifier: Apache-2.0
// The sequential channel, step by step.
#include "property_tests/histories/model.hpp"

#include <algorithm>
#include <utility>

namespace gauntlet::histories {
namespace {

int take_first(std::vector<int>& values) {
  const int first = values.front();
  values.erase(values.begin());
  return first;
}

}  // namespace

Model::Model(const History& history) : history_(history) {
  cases_.reserve(history.operations.size());
  for (const Operation& operation : history.operations) cases_.push_back(cases_of(operation));
}

int Model::choices(int index) const {
  const Operation& operation = history_.operations[at(index)];
  return operation.pending() && operation.selects() ? static_cast<int>(operation.cases.size()) : 1;
}

bool Model::request(State& state, int index, int choice, std::vector<int>& done) const {
  const Operation& operation = history_.operations[at(index)];
  const std::vector<Case>& cases = cases_[at(index)];
  if (operation.call == Call::kClose) return close(state, index, done);
  if (operation.call == Call::kLen) {
    done.push_back(index);
    return operation.pending() ||
           operation.value == static_cast<int>(state[at(operation.channel)].buffer.size());
  }
  const auto is_ready = [&](const Case& one) { return ready(state[at(one.channel)], one); };
  if (std::none_of(cases.begin(), cases.end(), is_ready)) {
    if (operation.call != Call::kSend && operation.call != Call::kRecv &&
        operation.call != Call::kSelect) {
      done.push_back(index);
      return choice == 0 && may_be(index, {Answer::kWouldBlock, -1, kNoValue});
    }
    // Cases of one select on one channel wait in any order: where no answer tells which, `choice` does.
    const int count = static_cast<int>(cases.size());
    for (int turn = 0; turn < count; ++turn) {
      const int which = (choice + turn) % count;
      ChannelState& channel = state[at(cases[at(which)].channel)];
      (cases[at(which)].sends ? channel.senders : channel.receivers).push_back({index, which});
    }
    return true;
  }
  // A select that panicked does not say by which case: any send case on a closed channel will do.
  if (operation.answer == Answer::kPanicked) {
    done.push_back(index);
    return std::any_of(cases.begin(), cases.end(),
                       [&](const Case& one) { return one.sends && state[at(one.channel)].closed; });
  }
  int which = operation.selects() ? operation.chosen : 0;
  if (operation.pending()) which = choice;
  return which >= 0 && is_ready(cases[at(which)]) && take(state, index, which, done);
}

bool Model::ready(const ChannelState& channel, const Case& one) const {
  if (channel.closed) return true;
  if (one.sends) return !channel.receivers.empty() || has_room(channel, one.channel);
  return !channel.buffer.empty() || !channel.senders.empty();
}

bool Model::has_room(const ChannelState& channel, int number) const {
  return static_cast<int>(channel.buffer.size()) < history_.capacities[at(number)];
}

/// Precondition: the case is ready.
bool Model::take(State& state, int index, int which, std::vector<int>& done) const {
  const Case& mine = cases_[at(index)][at(which)];
  ChannelState& channel = state[at(mine.channel)];
  done.push_back(index);
  if (mine.sends) {
    if (channel.closed) {
      const Call call = history_.operations[at(index)].call;
      return may_be(
          index, {call == Call::kTrySend ? Answer::kClosed : Answer::kPanicked, which, mine.value});
    }
    if (!may_be(index, {Answer::kSent, which, mine.value})) return false;
    if (!channel.receivers.empty()) {
      const Waiting first = served(channel.receivers.front());
      return end_wait(state, first, {Answer::kReceived, first.which, mine.value}, done);
    }
    channel.buffer.push_back(mine.value);
    return true;
  }
  if (channel.buffer.empty() && channel.senders.empty())  // Closed and drained.
    return may_be(index, {Answer::kClosed, which, kNoValue});
  if (!channel.senders.empty()) {  // C2: the longest-waiting sender's value enters at the tail.
    const Waiting first = served(channel.senders.front());
    const int value = case_of(first).value;
    channel.buffer.push_back(value);
    if (!end_wait(state, first, {Answer::kSent, first.which, value}, done)) return false;
  }
  return may_be(index, {Answer::kReceived, which, take_first(channel.buffer)});
}

bool Model::close(State& state, int index, std::vector<int>& done) const {
  const Operation& operation = history_.operations[at(index)];
  ChannelState& channel = state[at(operation.channel)];
  done.push_back(index);
  if (channel.closed) return may_be(index, {Answer::kPanicked, -1, kNoValue});
  if (!may_be(index, {Answer::kDone, -1, kNoValue})) return false;
  channel.closed = true;
  while (!channel.receivers.empty()) {
    const Waiting first = served(channel.receivers.front());
    if (!end_wait(state, first, {Answer::kClosed, first.which, kNoValue}, done)) return false;
  }
  while (!channel.senders.empty()) {
    const Waiting first = served(channel.senders.front());
    if (!end_wait(state, first, {Answer::kPanicked, first.which, kNoValue}, done)) return false;
  }
  return true;
}

/// The select says by which of its cases; another one on the same channel may stand before that.
Waiting Model::served(Waiting front) const {
  const Operation& operation = history_.operations[at(front.operation)];
  if (operation.pending() || !operation.selects() || operation.chosen < 0) return front;
  const Case& told = cases_[at(front.operation)][at(operation.chosen)];
  const Case& found = case_of(front);
  if (told.channel != found.channel || told.sends != found.sends) return front;
  return {front.operation, operation.chosen};
}

/// Takes the operation out of every queue it stands in.
bool Model::end_wait(State& state, Waiting waiting, Outcome outcome, std::vector<int>& done) const {
  const auto its_own = [&](const Waiting& other) { return other.operation == waiting.operation; };
  for (const Case& one : cases_[at(waiting.operation)]) {
    std::erase_if(state[at(one.channel)].senders, its_own);
    std::erase_if(state[at(one.channel)].receivers, its_own);
  }
  done.push_back(waiting.operation);
  return may_be(waiting.operation, outcome);
}

bool Model::may_be(int index, const Outcome& outcome) const {
  const Operation& operation = history_.operations[at(index)];
  if (operation.pending()) return true;
  if (operation.answer != outcome.answer) return false;
  if (operation.answer == Answer::kReceived && operation.value != outcome.value) return false;
  return !operation.selects() || operation.answer == Answer::kPanicked ||
         operation.chosen == outcome.which;
}

std::string in_words(const State& state) {
  std::string words;
  for (std::size_t i = 0; i < state.size(); ++i) {
    const ChannelState& channel = state[i];
    words += (words.empty() ? "channel " : "; channel ") + std::to_string(i) + ": [";
    for (const int value : channel.buffer)
      words += (words.back() == '[' ? "" : " ") + std::to_string(value);
    words += "]";
    if (channel.closed) words += ", closed";
    if (!channel.senders.empty())
      words += ", " + std::to_string(channel.senders.size()) + " wait to send";
    if (!channel.receivers.empty())
      words += ", " + std::to_string(channel.receivers.size()) + " wait to receive";
  }
  return words;
}

}  // namespace gauntlet::histories
