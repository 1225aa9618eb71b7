// SPDX-License-Identifier: Apache-2.0
// The litmus ops on contexts. The same as property_tests/oracle/contexts.go.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/litmus_table.hpp"
#include "property_tests/contract/litmus_timers.hpp"
#include "property_tests/contract/litmus_voice.hpp"

namespace gauntlet::contract {

class LitmusContexts {
 public:
  explicit LitmusContexts(const LitmusCase& litmus) {
    contexts_["background"];
    for (const auto& name : litmus.contexts) contexts_[name];
  }

  bool has(const std::string& name) const { return contexts_.contains(name); }

  /// after-end: calls a script when the context has ended; its handle is among the timers.
  void after_end(const LitmusOp& op, LitmusTimers& timers, const LitmusVoice& voice) {
    timers.keep(op.place, after_func(contexts_.at(op.other).context,
                                     [start = voice.start, other = op.values.at(0)] { start(other); }));
    voice.say("done");
  }

  Task step(const LitmusOp& op, const LitmusVoice& voice) {
    if (op.verb == "await") {
      auto done = done_of(op.place);
      AWAIT done.recv();
      voice.say("ended");
    } else if (!op.other.empty()) {
      make(op);
      voice.say("done");
    } else {
      voice.say(ask(op));
    }
  }

  /// For a select.
  ReceiveOnly<Context::Done> done_of(const std::string& name) const { return contexts_.at(name).context.done(); }

 private:
  struct Named {
    Context context;
    std::optional<CancelFunc> cancel;
  };

  static constexpr std::array<ContextKey<int>, 4> kKeys{};
  static const ContextKey<int>& key(int number) { return kKeys.at(static_cast<std::size_t>(number)); }

  void make(const LitmusOp& op) {
    const Context& parent = contexts_.at(op.other).context;
    Named& named = contexts_.at(op.place);
    if (op.verb == "with-value") {
      named.context = with_value(parent, key(op.values.at(0)), op.values.at(1));
    } else if (op.verb == "without-cancel") {
      named.context = without_cancel(parent);
    } else {
      const CancelablePair pair =
          op.verb == "with-timeout"
              ? with_timeout(parent, std::chrono::milliseconds(op.values.at(0)))
              : with_cancel(parent);
      named.context = pair.context;
      named.cancel.emplace(pair.cancel);
    }
  }

  std::string ask(const LitmusOp& op) {
    const Named& named = contexts_.at(op.place);
    if (op.verb == "cancel") {
      (*named.cancel)();
      return "done";
    }
    if (op.verb == "value") {
      const int* value = named.context.value(key(op.values.at(0)));
      return value == nullptr ? "none" : std::to_string(*value);
    }
    switch (named.context.err()) {
      case ContextError::kNone:
        return "none";
      case ContextError::kCanceled:
        return "canceled";
      case ContextError::kDeadlineExceeded:
        return "expired";
    }
    return "unknown";
  }

  std::map<std::string, Named> contexts_;
};

}  // namespace gauntlet::contract
