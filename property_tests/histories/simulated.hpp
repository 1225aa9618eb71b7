// SPDX-License-Identifier: Apache-2.0
// Simulated histories: goroutines on channels that are right by construction, one step at a time,
// so that what they record is linearizable. Written apart from the model on purpose: each checks
// the other.
#pragma once

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include "property_tests/histories/history.hpp"

namespace gauntlet::histories {

struct SimulatedShape {
  std::vector<int> capacities = {1};
  int goroutines = 3;
  int operations = 8;
  bool closes = true;
  bool selects = false;
};

class Simulated {
 public:
  Simulated(SimulatedShape shape, unsigned seed)
      : shape_(std::move(shape)), random_(seed), channels_(shape_.capacities.size()) {
    history_.capacities = shape_.capacities;
    goroutines_.resize(at(shape_.goroutines));
  }

  /// Runs until nothing is left to do, or everyone who is left waits.
  History run() {
    for (int idle = 0; idle < kGivesUpAfter; ++idle) {
      const int one = pick(shape_.goroutines);
      if (advance(one)) idle = 0;
      ++now_;
    }
    return history_;
  }

 private:
  static constexpr int kGivesUpAfter = 200;
  static constexpr int kNone = -1;
  enum class Step : std::uint8_t { kIdle, kCalled, kWaits, kDone };
  struct Goroutine {
    Step step = Step::kIdle;
    int operation = kNone;
  };
  struct Queued {
    int goroutine;
    int which;
  };
  struct Simple {
    std::deque<int> values;
    std::deque<Queued> senders;
    std::deque<Queued> receivers;
    bool closed = false;
  };

  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  Operation& operation_of(int goroutine) {
    return history_.operations[at(goroutines_[at(goroutine)].operation)];
  }

  bool advance(int goroutine) {
    Goroutine& self = goroutines_[at(goroutine)];
    switch (self.step) {
      case Step::kIdle:
        if (static_cast<int>(history_.operations.size()) == shape_.operations) return false;
        self.operation = static_cast<int>(history_.operations.size());
        history_.operations.push_back(any_call(goroutine));
        self.step = Step::kCalled;
        return true;
      case Step::kCalled:
        self.step = Step::kDone;
        take_effect(goroutine);
        return true;
      case Step::kWaits:
        if (operation_of(goroutine).seen_parked == kNever && pick(3) == 0)
          operation_of(goroutine).seen_parked = now_;
        return false;
      case Step::kDone:
        operation_of(goroutine).returned = now_;
        operation_of(goroutine).answer =
            std::exchange(answers_[at(self.operation)], Answer::kPending);
        self.step = Step::kIdle;
        return true;
    }
    return false;
  }

  Operation any_call(int goroutine) {
    Operation operation{.goroutine = goroutine,
                        .channel = pick(static_cast<int>(channels_.size()))};
    operation.called = now_;
    // The last one that is awake does nothing that waits, or the history would end here.
    const auto waiting = std::count_if(
        goroutines_.begin(), goroutines_.end(),
        [](const Goroutine& one) { return one.step == Step::kWaits || one.step == Step::kCalled; });
    const int dice = waiting + 1 == shape_.goroutines ? 12 + pick(4) : pick(20);
    if (dice < 6) {
      operation.call = Call::kSend;
    } else if (dice < 12) {
      operation.call = Call::kRecv;
    } else if (dice < 14) {
      operation.call = Call::kTrySend;
    } else if (dice < 16) {
      operation.call = Call::kTryRecv;
    } else if (dice < 17) {
      operation.call = shape_.closes ? Call::kClose : Call::kLen;
    } else if (shape_.selects) {
      operation.call = dice < 19 ? Call::kSelect : Call::kTrySelect;
      for (int cases = 1 + pick(3); cases > 0; --cases) {
        const bool sends = pick(2) == 0;
        operation.cases.push_back(
            {sends, pick(static_cast<int>(channels_.size())), sends ? next_value_++ : kNoValue});
      }
      operation.channel = 0;
    } else {
      operation.call = Call::kLen;
    }
    if (operation.call == Call::kSend || operation.call == Call::kTrySend)
      operation.value = next_value_++;
    return operation;
  }

  void answer(int goroutine, Answer told, int which = kNone, int value = kNoValue) {
    Operation& operation = operation_of(goroutine);
    answers_.resize(history_.operations.size(), Answer::kPending);
    answers_[at(goroutines_[at(goroutine)].operation)] = told;
    if (told == Answer::kReceived || told == Answer::kLength) operation.value = value;
    if (operation.selects() && told != Answer::kPanicked) operation.chosen = which;
  }

  void take_effect(int goroutine) {
    Operation& operation = operation_of(goroutine);
    Simple& channel = channels_[at(operation.channel)];
    if (operation.call == Call::kClose) return close(goroutine, channel);
    if (operation.call == Call::kLen)
      return answer(goroutine, Answer::kLength, kNone, static_cast<int>(channel.values.size()));
    const std::vector<Case> cases = cases_of(operation);
    std::vector<int> ready;
    for (int which = 0; which < static_cast<int>(cases.size()); ++which)
      if (can(cases[at(which)])) ready.push_back(which);
    if (!ready.empty()) {
      const int which = ready[at(pick(static_cast<int>(ready.size())))];
      return commit(goroutine, which, cases[at(which)]);
    }
    if (operation.call != Call::kSend && operation.call != Call::kRecv &&
        operation.call != Call::kSelect)
      return answer(goroutine, Answer::kWouldBlock);
    goroutines_[at(goroutine)].step = Step::kWaits;
    for (int which = 0; which < static_cast<int>(cases.size()); ++which) {
      Simple& its = channels_[at(cases[at(which)].channel)];
      (cases[at(which)].sends ? its.senders : its.receivers).push_back({goroutine, which});
    }
  }

  bool can(const Case& one) const {
    const Simple& channel = channels_[at(one.channel)];
    const bool room = channel.values.size() < at(shape_.capacities[at(one.channel)]);
    return channel.closed || (one.sends ? room || !channel.receivers.empty()
                                        : !channel.values.empty() || !channel.senders.empty());
  }

  void commit(int goroutine, int which, const Case& one) {
    Simple& channel = channels_[at(one.channel)];
    if (one.sends && channel.closed)
      return answer(goroutine, operation_of(goroutine).call == Call::kTrySend ? Answer::kClosed
                                                                              : Answer::kPanicked);
    if (one.sends) {
      answer(goroutine, Answer::kSent, which);
      if (channel.receivers.empty()) return channel.values.push_back(one.value);
      const Queued receiver = channel.receivers.front();
      return wake(receiver, Answer::kReceived, one.value);
    }
    if (channel.values.empty() && channel.senders.empty())
      return answer(goroutine, Answer::kClosed, which);
    if (!channel.values.empty()) {
      answer(goroutine, Answer::kReceived, which, channel.values.front());
      channel.values.pop_front();
    }
    if (channel.senders.empty()) return;
    const Queued sender = channel.senders.front();
    const int value = cases_of(operation_of(sender.goroutine))[at(sender.which)].value;
    if (shape_.capacities[at(one.channel)] == 0)
      answer(goroutine, Answer::kReceived, which, value);
    else
      channel.values.push_back(value);
    wake(sender, Answer::kSent);
  }

  void close(int goroutine, Simple& channel) {
    if (channel.closed) return answer(goroutine, Answer::kPanicked);
    answer(goroutine, Answer::kDone);
    channel.closed = true;
    while (!channel.receivers.empty()) wake(Queued(channel.receivers.front()), Answer::kClosed);
    while (!channel.senders.empty()) wake(Queued(channel.senders.front()), Answer::kPanicked);
  }

  void wake(Queued one, Answer told, int value = kNoValue) {
    answer(one.goroutine, told, one.which, value);
    goroutines_[at(one.goroutine)].step = Step::kDone;
    const auto its_own = [&](const Queued& other) { return other.goroutine == one.goroutine; };
    for (Simple& channel : channels_) {
      std::erase_if(channel.senders, its_own);
      std::erase_if(channel.receivers, its_own);
    }
  }

  SimulatedShape shape_;
  std::mt19937 random_;
  std::vector<Simple> channels_;
  std::vector<Goroutine> goroutines_;
  std::vector<Answer> answers_;  // Of operations that took effect and have not returned.
  History history_;
  Time now_ = 1;
  int next_value_ = 1;
};

}  // namespace gauntlet::histories
