// SPDX-License-Identifier: Apache-2.0
// The litmus ops on wait groups, mutexes, read-write mutexes, onces and condition variables. The same as
// property_tests/oracle/locks.go.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/litmus_table.hpp"
#include "property_tests/contract/litmus_voice.hpp"

namespace gauntlet::contract {

class LitmusLocks {
 public:
  explicit LitmusLocks(const LitmusCase& litmus) {
    for (const auto& name : litmus.groups) groups_[name] = std::make_unique<WaitGroup>();
    for (const auto& name : litmus.mutexes) mutexes_[name] = std::make_unique<Mutex>();
    for (const auto& name : litmus.rw_mutexes) rw_mutexes_[name] = std::make_unique<RWMutex>();
    for (const auto& name : litmus.onces) onces_[name] = std::make_unique<Once>();
    for (const auto& [name, mutex] : litmus.conds)
      conds_[name] = std::make_unique<Cond>(*mutexes_.at(mutex));
  }

  bool has(const std::string& name) const {
    return groups_.contains(name) || mutexes_.contains(name) || rw_mutexes_.contains(name) ||
           onces_.contains(name) || conds_.contains(name);
  }

  /// `source`: what once-recv receives from.
  Task step(const LitmusOp& op, ReceiveChannel<int> source, const LitmusVoice& voice) {
    if (groups_.contains(op.place)) {
      AWAIT step_group(*groups_.at(op.place), op, voice);
    } else if (mutexes_.contains(op.place)) {
      AWAIT step_mutex(*mutexes_.at(op.place), op, voice);
    } else if (rw_mutexes_.contains(op.place)) {
      AWAIT step_rw_mutex(*rw_mutexes_.at(op.place), op, voice);
    } else if (onces_.contains(op.place)) {
      AWAIT step_once(*onces_.at(op.place), op, source, voice);
    } else {
      AWAIT step_cond(*conds_.at(op.place), op, voice);
    }
  }

 private:
  Task step_group(WaitGroup& group, const LitmusOp& op, const LitmusVoice& voice) {
    if (op.verb == "wait") {
      AWAIT group.wait();
      voice.say("waited");
    } else {
      group.add(op.values.at(0));
      voice.say("done");
    }
  }

  /// Of a mutex and of a read-write mutex alike.
  template <class M>
  Task step_mutex(M& mutex, const LitmusOp& op, const LitmusVoice& voice) {
    if (op.verb == "lock") {
      AWAIT mutex.lock();
      voice.say("locked");
    } else if (op.verb == "try-lock") {
      voice.say(mutex.try_lock() ? "locked" : "busy");
    } else {
      mutex.unlock();
      voice.say("done");
    }
  }

  Task step_rw_mutex(RWMutex& mutex, const LitmusOp& op, const LitmusVoice& voice) {
    if (op.verb == "rlock") {
      AWAIT mutex.rlock();
      voice.say("locked");
    } else if (op.verb == "try-rlock") {
      voice.say(mutex.try_rlock() ? "locked" : "busy");
    } else if (op.verb == "runlock") {
      mutex.runlock();
      voice.say("done");
    } else {
      AWAIT step_mutex(mutex, op, voice);
    }
  }

  Task step_once(Once& once, const LitmusOp& op, ReceiveChannel<int> source,
                 const LitmusVoice& voice) {
    if (op.verb == "once") {
      AWAIT once.call([&] { voice.say("ran"); });
    } else if (op.verb == "once-panics") {
      AWAIT once.call([] { throw Panic("in the function"); });
    } else {
      AWAIT once.call([&]() -> Task {
        const auto value = AWAIT source.recv();
        voice.say(value ? std::to_string(*value) : "closed");
      });
    }
    voice.say("done");
  }

  Task step_cond(Cond& cond, const LitmusOp& op, const LitmusVoice& voice) {
    if (op.verb == "wait") {
      AWAIT cond.wait();
      voice.say("waited");
    } else {
      if (op.verb == "signal") cond.signal();
      if (op.verb == "broadcast") cond.broadcast();
      voice.say("done");
    }
  }

  std::map<std::string, std::unique_ptr<WaitGroup>> groups_;
  std::map<std::string, std::unique_ptr<Mutex>> mutexes_;
  std::map<std::string, std::unique_ptr<RWMutex>> rw_mutexes_;
  std::map<std::string, std::unique_ptr<Once>> onces_;
  std::map<std::string, std::unique_ptr<Cond>> conds_;
};

}  // namespace gauntlet::contract
