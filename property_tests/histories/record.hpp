// SPDX-License-Identifier: Apache-2.0
// Runs a program on the lane under test, with real parallelism, and records its history.
//
// Each goroutine writes into a log of its own, which is read when run() has returned; the clock is
// the only thing they share, so recording orders nothing that the channels do not order. What got
// stuck is ended by the root, whose closes and receives are operations of the history like any
// other.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <optional>
#include <utility>

#include "property_tests/contract/lane.hpp"
#include "property_tests/histories/history.hpp"
#include "property_tests/histories/program.hpp"

namespace gauntlet::histories {

inline Time now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

inline constexpr int kValuesOfOne =
    1'000'000;  ///< A goroutine's values start at its number times this.

using Channels = std::deque<Channel<int>>;

/// What one goroutine did. Only that goroutine writes; `steps` may be read by the root at any time.
struct alignas(64) Log {
  std::deque<Operation> operations;
  std::atomic<int> steps{0};

  Operation& begin(const Command& command, int goroutine, int& next_value) {
    Operation operation{.call = command.call, .goroutine = goroutine, .channel = command.channel};
    operation.cases = command.cases;
    for (Case& one : operation.cases)
      if (one.sends) one.value = next_value++;
    if (command.call == Call::kSend || command.call == Call::kTrySend)
      operation.value = next_value++;
    operations.push_back(std::move(operation));
    return operations.back();
  }
};

/// Makes the call of `operation` and notes what it was told, and when.
inline Task perform(Channels& channels, Operation& operation) {
  Channel<int>& channel = channels[static_cast<std::size_t>(operation.channel)];
  const auto told = [&operation](Answer answer) {
    operation.returned = now();
    operation.answer = answer;
  };
  switch (operation.call) {
    case Call::kSend: {
      operation.called = now();
      try {
        AWAIT channel.send(operation.value);
        told(Answer::kSent);
      } catch (const Panic&) {
        told(Answer::kPanicked);
      }
      break;
    }
    case Call::kRecv: {
      operation.called = now();
      const auto value = AWAIT channel.recv();
      told(value ? Answer::kReceived : Answer::kClosed);
      operation.value = value.value_or(kNoValue);
      break;
    }
    case Call::kTrySend: {
      operation.called = now();
      const TrySend answer = contract::try_send_to(channel, operation.value);
      told(answer == TrySend::kSent     ? Answer::kSent
           : answer == TrySend::kClosed ? Answer::kClosed
                                        : Answer::kWouldBlock);
      break;
    }
    case Call::kTryRecv: {
      std::optional<int> value;
      operation.called = now();
      const TryRecv answer = contract::try_recv_from(channel, value);
      told(answer == TryRecv::kReceived ? Answer::kReceived
           : answer == TryRecv::kClosed ? Answer::kClosed
                                        : Answer::kWouldBlock);
      operation.value = value.value_or(kNoValue);
      break;
    }
    case Call::kClose: {
      operation.called = now();
      const bool panicked = contract::panics([&] { channel.close(); });
      told(panicked ? Answer::kPanicked : Answer::kDone);
      break;
    }
    case Call::kLen: {
      operation.called = now();
      operation.value = static_cast<int>(contract::len_of(channel));
      told(Answer::kLength);
      break;
    }
    case Call::kSelect:
    case Call::kTrySelect: {
      if constexpr (contract::kSelects) {
        CaseList cases;
        std::optional<int> got;
        for (const Case& one : operation.cases) {
          Channel<int>& its = channels[static_cast<std::size_t>(one.channel)];
          if (one.sends)
            cases.add(send(its, one.value));
          else
            cases.add(recv(its, got));
        }
        int chosen = 0;
        operation.called = now();
        try {
          if (operation.call == Call::kTrySelect)
            chosen = AWAIT select(cases, otherwise);
          else
            chosen = AWAIT select(cases);
          told(chosen == cases.size()                                    ? Answer::kWouldBlock
               : operation.cases[static_cast<std::size_t>(chosen)].sends ? Answer::kSent
               : got                                                     ? Answer::kReceived
                                                                         : Answer::kClosed);
          if (operation.answer != Answer::kWouldBlock) operation.chosen = chosen;
          operation.value = got.value_or(kNoValue);
        } catch (const Panic&) {
          told(Answer::kPanicked);
        }
      }
      break;
    }
  }
}

/// The commands in order, by one goroutine.
inline Task perform_all(Channels& channels, const std::vector<Command>& commands, int goroutine,
                        Log& log) {
  int next_value = goroutine * kValuesOfOne;
  for (const Command& command : commands) {
    for (int i = 0; i < command.yields; ++i) AWAIT yield();
    Operation& operation = log.begin(command, goroutine, next_value);
    AWAIT perform(channels, operation);
    // release, with the root's acquire: it then sees that this one has returned.
    log.steps.fetch_add(1, std::memory_order_release);
  }
}

/// One run. The object outlives the goroutines; it is used once.
class Recording {
 public:
  explicit Recording(const Program& program)
      : program_(program),
        goroutines_(static_cast<int>(program.prefix.size() + program.branches.size())),
        logs_(static_cast<std::size_t>(goroutines_) + 1) {
    for (const int capacity : program.capacities) channels_.emplace_back(capacity);
    for (const Command& command : program.prefix) singles_.push_back({command});
  }

  History run(unsigned workers) {
    contract::drive_with(workers, [this]() -> Task {
      AWAIT start_prefix();
      start_branches();
      AWAIT end_what_is_stuck();
      AWAIT drain_all();
    });
    History history{.capacities = program_.capacities, .operations = {}};
    for (const Log& log : logs_)
      history.operations.insert(history.operations.end(), log.operations.begin(),
                                log.operations.end());
    return history;
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  int prefix() const { return static_cast<int>(singles_.size()); }
  Log& root_log() { return logs_.back(); }

  /// acquire, with perform_all(): what it recorded before is visible.
  int steps_of(int goroutine) const {
    return logs_[at(goroutine)].steps.load(std::memory_order_acquire);
  }
  int unfinished_of_prefix(int started) const {
    int unfinished = 0;
    for (int i = 0; i < started; ++i) unfinished += steps_of(i) == 0 ? 1 : 0;
    return unfinished;
  }

  Task start_prefix() {
    for (int i = 0; i < prefix(); ++i) {
      go([this, i]() -> Task { AWAIT perform_all(channels_, singles_[at(i)], i, logs_[at(i)]); });
      for (int turn = 0;; ++turn) {
        AWAIT yield();
        const int unfinished = unfinished_of_prefix(i + 1);
        if (unfinished == 0) break;
        if (contract::kNativeChannel ? turn > kPatience
                                     : contract::parked_in_channels() == unfinished) {
          note_parked(i + 1);
          break;
        }
      }
    }
  }

  /// Those of the prefix that have not returned were just seen parked. A native channel cannot be
  /// asked.
  void note_parked(int started) {
    if constexpr (contract::kNativeChannel) return;
    for (int i = 0; i < started; ++i) {
      Operation& operation = logs_[at(i)].operations.front();
      if (steps_of(i) == 0 && operation.seen_parked == kNever) operation.seen_parked = now();
    }
  }

  void start_branches() {
    const int branches = static_cast<int>(program_.branches.size());
    for (int b = 0; b < branches; ++b) {
      go([this, b, branches]() -> Task {
        // relaxed: they wait for each other, a while, only to run at once.
        at_the_gate_.fetch_add(1, std::memory_order_relaxed);
        for (int turn = 0; turn < kPatience; ++turn) {
          if (at_the_gate_.load(std::memory_order_relaxed) == branches) break;
          AWAIT yield();
        }
        AWAIT perform_all(channels_, program_.branches[at(b)], prefix() + b,
                          logs_[at(prefix() + b)]);
      });
    }
  }

  int unfinished() const {
    int count = unfinished_of_prefix(prefix());
    for (int b = 0; b < static_cast<int>(program_.branches.size()); ++b)
      count += steps_of(prefix() + b) < static_cast<int>(program_.branches[at(b)].size()) ? 1 : 0;
    return count;
  }

  /// When it acts only changes what is recorded, never whether the recording is right.
  Task end_what_is_stuck() {
    int quiet = 0;
    int before = -1;
    int acts = 0;
    while (unfinished() > 0) {
      AWAIT yield();
      int steps = 0;
      for (int i = 0; i < goroutines_; ++i) steps += steps_of(i);
      quiet = steps == before ? quiet + 1 : 0;
      before = steps;
      if (program_.ending == Ending::kNothing) continue;
      if (quiet < (contract::kNativeChannel ? kPatience : kGlance)) continue;
      if (!contract::kNativeChannel && contract::parked_in_channels() < unfinished()) continue;
      quiet = 0;
      const int channels = static_cast<int>(channels_.size());
      const bool takes = program_.ending == Ending::kTakeThenClose && acts < channels * kTakes &&
                         contract::tries_at(program_.capacities[at(acts % channels)]);
      AWAIT act(takes ? Call::kTryRecv : Call::kClose, acts % channels);
      ++acts;
    }
  }

  Task drain_all() {
    for (int channel = 0; channel < static_cast<int>(channels_.size()); ++channel) {
      AWAIT act(Call::kClose, channel);
      while (root_log().operations.back().answer != Answer::kClosed)
        AWAIT act(Call::kRecv, channel);
    }
  }

  Task act(Call call, int channel) {
    int no_value = kNoValue;
    Operation& operation =
        root_log().begin({.call = call, .channel = channel}, goroutines_, no_value);
    AWAIT perform(channels_, operation);
  }

  static constexpr int kPatience =
      60;  // Yields: at the gate, and before a native channel counts as stuck.
  static constexpr int kGlance = 4;  // Before those who are parked are counted.
  static constexpr int kTakes = 8;   // Values taken from each channel before it is closed.

  const Program& program_;
  const int goroutines_;
  std::vector<std::vector<Command>> singles_;
  Channels channels_;
  std::deque<Log> logs_;  // One each, and the root's.
  std::atomic<int> at_the_gate_{0};
};

}  // namespace gauntlet::histories
