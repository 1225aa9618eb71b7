// SPDX-License-Identifier: Apache-2.0
// Plays one litmus case on the lane under test: its goroutines do what their scripts say and write down
// what they see. The same as property_tests/oracle/play.go, in both colours.
#pragma once

#include <atomic>
#include <cctype>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/litmus_contexts.hpp"
#include "property_tests/contract/litmus_locks.hpp"
#include "property_tests/contract/litmus_table.hpp"
#include "property_tests/contract/litmus_timers.hpp"
#include "property_tests/contract/litmus_voice.hpp"

namespace gauntlet::contract {

class LitmusStage {
 public:
  explicit LitmusStage(const LitmusCase& litmus)
      : litmus_(&litmus),
        locks_(litmus),
        timers_(litmus),
        contexts_(litmus),
        seen_(litmus.scripts.size()),
        waits_in_(litmus.scripts.size()) {
    for (const auto& [name, capacity] : litmus.channels)
      if (capacity) channels_[name] = std::make_unique<Channel<int>>(*capacity);
    // relaxed: nobody runs yet. Who has not begun is not parked, so it must count.
    for (auto& one : waits_in_) one.store(1, std::memory_order_relaxed);
  }

  /// What each goroutine saw, one line each.
  std::vector<std::string> play() {
    // Whom a native channel has parked cannot be seen; on one worker the yields of parked() see to it.
    drive_with(kNativeChannel ? 1 : workers(), [this]() -> Task { AWAIT act(0); });
    return seen_;
  }

 private:
  using Op = LitmusOp;

  /// A panic is something that was seen, and the script goes on.
  Task act(std::size_t who) {
    for (const Op& op : litmus_->scripts[who]) {
      bool panicked = false;
      try {
        AWAIT step(who, op);
      } catch (const Panic&) {
        panicked = true;
      }
      if (panicked) say(who, "panic");
    }
  }

  Task step(std::size_t who, const Op& op) {
    // relaxed: parked() reads it, and asks again until the places agree.
    waits_in_[who].store(places_of(op), std::memory_order_relaxed);
    const LitmusVoice voice{[this, who](const std::string& word) { say(who, word); },
                            [this](int other) { start(other); }};
    if (op.verb == "go") {
      start(op.values.at(0));
    } else if (op.verb == "yield") {
      AWAIT yield();
    } else if (op.verb == "parked") {
      AWAIT parked(op.values);
    } else if (op.verb == "pass") {
      timers_.pass(op, voice);
    } else if (op.verb == "after-end") {
      contexts_.after_end(op, timers_, voice);
    } else if (locks_.has(op.place)) {
      AWAIT locks_.step(op, from(op.other), voice);
    } else if (timers_.has(op.place)) {
      AWAIT timers_.step(op, voice);
    } else if (contexts_.has(op.place)) {
      AWAIT contexts_.step(op, voice);
    } else if (op.verb == "select") {
      AWAIT step_select(who, op);
    } else {
      AWAIT step_channel(who, op);
    }
  }

  void start(int other) {
    go([this, who = static_cast<std::size_t>(other)]() -> Task { AWAIT act(who); });
  }

  Task step_channel(std::size_t who, const Op& op) {
    if (op.verb == "send") {
      AWAIT to(op.place).send(op.values.at(0));
      say(who, "sent");
    } else if (op.verb == "recv") {
      const auto value = AWAIT from(op.place).recv();
      say(who, value ? std::to_string(*value) : "closed");
    } else if (op.verb == "range") {
      auto channel = from(op.place);
      AWAIT range(channel, [this, who](int value) { say(who, std::to_string(value)); });
      say(who, "end");
    } else {
      ask_channel(who, op);
    }
  }

  Task step_select(std::size_t who, const Op& op) {
    CaseList cases;
    std::vector<std::optional<int>> got(op.arms.size());
    std::vector<std::optional<Instant>> ticks(op.arms.size());
    for (std::size_t arm = 0; arm < op.arms.size(); ++arm) {
      const Op& one = op.arms[arm];
      if (one.verb == "send") add_case(cases, gauntlet::send(to(one.place), one.values.at(0)));
      if (one.verb == "await") add_case(cases, gauntlet::recv(contexts_.done_of(one.place)));
      if (one.verb == "recv" && timers_.has(one.place))
        add_case(cases, gauntlet::recv(timers_.channel_of(one.place), ticks[arm]));
      else if (one.verb == "recv")
        add_case(cases, gauntlet::recv(from(one.place), got[arm]));
    }
    int chosen = 0;
    if (op.arms.back().verb == "default")
      chosen = AWAIT select(cases, otherwise);
    else
      chosen = AWAIT select(cases);
    const auto at = static_cast<std::size_t>(chosen);
    say(who, std::to_string(chosen) + ":" + word_of(op.arms.at(at), got[at], ticks[at]));
  }

  /// A template: a native channel's cases and a timer's do not go into one list, and are not asked to.
  template <class List, class Case>
  static void add_case(List& cases, Case one) {
    if constexpr (kSelects) cases.add(std::move(one));
  }

  static std::string word_of(const Op& arm, const std::optional<int>& got,
                             const std::optional<Instant>& tick) {
    if (arm.verb == "send") return "sent";
    if (arm.verb == "await") return "ended";
    if (arm.verb == "default") return "default";
    return tick ? "tick" : got ? std::to_string(*got) : "closed";
  }

  /// What never waits.
  void ask_channel(std::size_t who, const Op& op) {
    auto in = from(op.place);
    auto out = to(op.place);
    if (op.verb == "close") {
      out.close();
      say(who, "done");
    } else if (op.verb == "len" || op.verb == "cap") {
      if constexpr (kTellsLength<Channel<int>>)
        say(who, std::to_string(op.verb == "len" ? in.len() : in.cap()));
    } else if (op.verb == "try-send") {
      const TrySend said = try_send_to(out, op.values.at(0));
      // To ask a closed channel is a panic in Go and an answer here: channel.md says so.
      say(who, said == TrySend::kSent ? "sent" : said == TrySend::kFull ? "full" : "panic");
    } else if (op.verb == "try-recv") {
      std::optional<int> value;
      const TryRecv said = try_recv_from(in, value);
      say(who, said == TryRecv::kReceived ? std::to_string(*value)
               : said == TryRecv::kEmpty  ? "empty"
                                          : "closed");
    }
  }

  /// Returns when these goroutines, and only these, are in as many waiting places as they ask for.
  Task parked(const std::vector<int>& wanted) {
    for (int asked = 0;; ++asked) {
      int places = 0;
      for (const int who : wanted)
        places += waits_in_[static_cast<std::size_t>(who)].load(std::memory_order_relaxed);
      if (kNativeChannel ? asked > 500 : all_waiting() == places) break;
      AWAIT yield();
    }
  }

  /// The sum of all "N wait..." of all places.
  static int all_waiting() {
    const std::string text = WaitPlace::describe_all();
    int sum = 0;
    for (auto at = text.find(" wait"); at != std::string::npos; at = text.find(" wait", at + 1)) {
      auto begin = at;
      while (begin > 0 && std::isdigit(static_cast<unsigned char>(text[begin - 1]))) --begin;
      if (begin < at) sum += std::stoi(text.substr(begin, at - begin));
    }
    return sum;
  }

  /// Views, so that a nil channel is one of them.
  SendChannel<int> to(const std::string& name) const {
    const auto found = channels_.find(name);
    return found == channels_.end() ? SendChannel<int>() : SendChannel<int>(*found->second);
  }
  ReceiveChannel<int> from(const std::string& name) const {
    const auto found = channels_.find(name);
    return found == channels_.end() ? ReceiveChannel<int>() : ReceiveChannel<int>(*found->second);
  }

  /// In how many places its goroutine is when the op waits: a select is in each of its channels.
  int places_of(const Op& op) const {
    int places = op.arms.empty() ? 1 : 0;
    for (const Op& arm : op.arms) {
      const bool is_place =
          channels_.contains(arm.place) || timers_.has(arm.place) || contexts_.has(arm.place);
      places += is_place ? 1 : 0;
    }
    return places;
  }

  void say(std::size_t who, const std::string& word) {
    std::string& line = seen_[who];
    if (!line.empty()) line += ' ';
    line += word;
  }

  const LitmusCase* litmus_;
  std::map<std::string, std::unique_ptr<Channel<int>>> channels_;
  LitmusLocks locks_;
  LitmusTimers timers_;
  LitmusContexts contexts_;
  std::vector<std::string> seen_;           // By goroutine; written by that one alone.
  std::vector<std::atomic<int>> waits_in_;  // By goroutine: in how many places its op may wait.
};

}  // namespace gauntlet::contract
