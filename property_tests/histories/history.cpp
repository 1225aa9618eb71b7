// SPDX-License-Identifier: Apache-2.0
// Histories: what an operation offers and what went through, and its words.
#include "property_tests/histories/history.hpp"

namespace gauntlet::histories {

std::vector<Case> cases_of(const Operation& operation) {
  switch (operation.call) {
    case Call::kSend:
    case Call::kTrySend:
      return {{.sends = true, .channel = operation.channel, .value = operation.value}};
    case Call::kRecv:
    case Call::kTryRecv:
      return {{.sends = false, .channel = operation.channel}};
    case Call::kSelect:
    case Call::kTrySelect:
      return operation.cases;
    case Call::kClose:
    case Call::kLen:
      break;
  }
  return {};
}

Passage passage_of(const Operation& operation) {
  if (operation.answer != Answer::kSent && operation.answer != Answer::kReceived) return {};
  Passage passage{.sends = operation.answer == Answer::kSent,
                  .channel = operation.channel,
                  .value = operation.value};
  if (operation.selects()) {
    const Case& taken = operation.cases.at(static_cast<std::size_t>(operation.chosen));
    passage.channel = taken.channel;
    if (passage.sends) passage.value = taken.value;
  }
  return passage;
}

std::string in_words(const Operation& operation) {
  std::string words(name_of(operation.call));
  if (operation.selects()) {
    words += " {";
    for (const Case& one : operation.cases) {
      if (words.back() != '{') words += ", ";
      words += one.sends ? "send(" + std::to_string(one.value) + ")" : "recv()";
      words += " on " + std::to_string(one.channel);
    }
    words += "}";
  } else {
    const bool sends = operation.call == Call::kSend || operation.call == Call::kTrySend;
    words += sends ? "(" + std::to_string(operation.value) + ")" : "()";
    words += " on " + std::to_string(operation.channel);
  }
  words += " -> " + std::string(name_of(operation.answer));
  if (operation.answer == Answer::kReceived || operation.answer == Answer::kLength)
    words += " " + std::to_string(operation.value);
  if (operation.chosen >= 0) words += " by case " + std::to_string(operation.chosen);
  return words;
}

std::string_view name_of(Call call) {
  switch (call) {
    case Call::kSend:
      return "send";
    case Call::kRecv:
      return "recv";
    case Call::kTrySend:
      return "try_send";
    case Call::kTryRecv:
      return "try_recv";
    case Call::kClose:
      return "close";
    case Call::kLen:
      return "len";
    case Call::kSelect:
      return "select";
    case Call::kTrySelect:
      return "try_select";
  }
  return "unknown";
}

std::string_view name_of(Answer answer) {
  switch (answer) {
    case Answer::kPending:
      return "pending";
    case Answer::kSent:
      return "sent";
    case Answer::kReceived:
      return "received";
    case Answer::kWouldBlock:
      return "would block";
    case Answer::kClosed:
      return "closed";
    case Answer::kPanicked:
      return "panicked";
    case Answer::kDone:
      return "done";
    case Answer::kLength:
      return "length";
  }
  return "unknown";
}

}  // namespace gauntlet::histories
