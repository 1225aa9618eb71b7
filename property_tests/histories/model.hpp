// SPDX-License-Identifier: Apache-2.0
// The sequential channel: what each step of an operation does when nothing else moves. Rules C1 to
// C8 and S1 to S8 of harness/contract/channel.md, in the shortest form that a reader can check
// against the table.
//
// Buffered and unbuffered are one model: a send hands over to the receiver that waits longest, else
// it is buffered, else it waits. An operation that waits stands in the queue of every channel of
// its cases.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "property_tests/histories/history.hpp"

namespace gauntlet::histories {

struct Waiting {
  int operation;
  int which;  ///< The case that stands in this queue.
  bool operator==(const Waiting&) const = default;
};

struct ChannelState {
  bool closed = false;
  std::vector<int> buffer = {};
  std::vector<Waiting> senders = {};
  std::vector<Waiting> receivers = {};
  bool operator==(const ChannelState&) const = default;
};
using State = std::vector<ChannelState>;

class Model {
 public:
  explicit Model(const History& history);

  /// How many ways operation `index` may be requested: more than one only for a pending select.
  int choices(int index) const;

  /// Makes the request of operation `index` in `state`. False: its recorded answer, or that of
  /// somebody whose wait it ends, cannot be so; `state` is then spoilt. `done` gets every operation
  /// that is now complete.
  bool request(State& state, int index, int choice, std::vector<int>& done) const;

 private:
  struct Outcome {
    Answer answer;
    int which;
    int value;
  };

  bool ready(const ChannelState& channel, const Case& one) const;
  bool take(State& state, int index, int which, std::vector<int>& done) const;
  bool close(State& state, int index, std::vector<int>& done) const;
  Waiting served(Waiting front) const;
  bool end_wait(State& state, Waiting waiting, Outcome outcome, std::vector<int>& done) const;
  bool may_be(int index, const Outcome& outcome) const;
  const Case& case_of(Waiting waiting) const {
    return cases_[at(waiting.operation)][at(waiting.which)];
  }
  bool has_room(const ChannelState& channel, int number) const;
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }

  const History& history_;
  std::vector<std::vector<Case>> cases_;  // Of every operation.
};

/// `0: [3 4], closed; 1: 2 wait to send`, for people.
std::string in_words(const State& state);

}  // namespace gauntlet::histories
