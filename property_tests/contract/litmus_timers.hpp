// SPDX-License-Identifier: Apache-2.0
// The litmus ops on timers, tickers and time. The same as property_tests/oracle/times.go, where time is the real
// one; here it is virtual, and `pass` moves it: one script of a case does. A number is milliseconds.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/litmus_table.hpp"
#include "property_tests/contract/litmus_voice.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

class LitmusTimers {
 public:
  explicit LitmusTimers(const LitmusCase& litmus) {
    for (const auto& name : litmus.timers) timers_[name];
  }

  bool has(const std::string& name) const { return timers_.contains(name); }

  void pass(const LitmusOp& op, const LitmusVoice& voice) {
    time_.advance(milliseconds(op));
    voice.say("done");
  }

  Task step(const LitmusOp& op, const LitmusVoice& voice) {
    Armed& armed = timers_.at(op.place);
    if (op.verb == "recv") {
      auto channel = channel_of(op.place);
      AWAIT channel.recv();
      voice.say("tick");
    } else if (op.verb == "try-recv") {
      std::optional<Instant> value;
      auto channel = channel_of(op.place);
      voice.say(channel.try_recv(value) == TryRecv::kReceived ? "tick" : "empty");
    } else if (op.verb == "stop") {
      voice.say(stop(armed) ? "yes" : "no");
    } else if (op.verb == "reset") {
      voice.say(reset(armed, milliseconds(op)) ? "yes" : "no");
    } else {
      arm(armed, op, voice);
      voice.say("done");
    }
  }

  /// For a select.
  ReceiveOnly<TimerChannel<UnderTest>> channel_of(const std::string& name) const {
    const Armed& armed = timers_.at(name);
    return armed.ticker ? armed.ticker->channel() : armed.timer->channel();
  }

  /// A function of a context: it can be stopped like one of a timer.
  void keep(const std::string& name, const StopFunc& stop_func) {
    timers_.at(name).stop_func.emplace(stop_func);
  }

 private:
  /// One of them.
  struct Armed {
    std::optional<Timer> timer;
    std::optional<Ticker> ticker;
    std::optional<FuncTimer> func;
    std::optional<StopFunc> stop_func;
  };

  static Duration milliseconds(const LitmusOp& op) {
    return std::chrono::milliseconds(op.values.at(0));
  }

  static void arm(Armed& armed, const LitmusOp& op, const LitmusVoice& voice) {
    armed.timer.reset();
    if (op.verb == "timer") armed.timer.emplace(milliseconds(op));
    if (op.verb == "ticker") armed.ticker.emplace(milliseconds(op));
    if (op.verb == "after-func")
      armed.func.emplace(after_func(
          milliseconds(op), [start = voice.start, other = op.values.at(1)] { start(other); }));
  }

  static bool stop(Armed& armed) {
    if (armed.timer) return armed.timer->stop();
    if (armed.func) return armed.func->stop();
    if (armed.stop_func) return (*armed.stop_func)();
    armed.ticker->stop();
    return true;
  }

  static bool reset(Armed& armed, Duration delay) {
    if (armed.timer) return armed.timer->reset(delay);
    if (armed.func) return armed.func->reset(delay);
    armed.ticker->reset(delay);
    return true;
  }

  VirtualTime time_;
  std::map<std::string, Armed> timers_;
};

}  // namespace gauntlet::contract
