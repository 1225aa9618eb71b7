// SPDX-License-Identifier: Apache-2.0
// A history: what goroutines asked of channels, what they were told, and when by one monotonic
// clock.
//
// Values are unique over the whole history, so that every receive names its send. A blocking
// operation is two steps of a channel: the request (it is done at once, or queued) and the
// follow-up (a partner or a close ends the wait). Both lie between `called` and `returned`;
// `seen_parked` narrows the first one.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace gauntlet::histories {

using Time = std::int64_t;  ///< Nanoseconds of a monotonic clock.
inline constexpr Time kNever = std::numeric_limits<Time>::max();
inline constexpr int kNoValue = -1;

enum class Call : std::uint8_t {
  kSend,
  kRecv,
  kTrySend,
  kTryRecv,
  kClose,
  kLen,
  kSelect,
  kTrySelect
};

/// kWouldBlock: full, empty, or the default of a select. kPanicked: a send or a close met a closed
/// channel.
enum class Answer : std::uint8_t {
  kPending,
  kSent,
  kReceived,
  kWouldBlock,
  kClosed,
  kPanicked,
  kDone,
  kLength
};

/// One case of a select; a plain send or receive is a select with one case.
struct Case {
  bool sends = false;
  int channel = 0;
  int value = kNoValue;  ///< What a send case offers.

  bool operator==(const Case&) const = default;
};

struct Operation {
  Call call = Call::kSend;
  Answer answer = Answer::kPending;
  int goroutine = 0;
  int channel = 0;       ///< Unless it is a select.
  int value = kNoValue;  ///< Sent or received; the answer of len.
  Time called = 0;
  Time seen_parked = kNever;  ///< When somebody saw it wait.
  Time returned = kNever;
  std::vector<Case> cases = {};  ///< Of a select.
  int chosen = -1;               ///< The case that a select took; -1: default, a panic, or pending.

  bool pending() const { return answer == Answer::kPending; }
  bool selects() const { return call == Call::kSelect || call == Call::kTrySelect; }
  /// When the request was made at the latest.
  Time requested_by() const { return seen_parked < returned ? seen_parked : returned; }

  bool operator==(const Operation&) const = default;
};

struct History {
  std::vector<int> capacities;  ///< Of the channels.
  std::vector<Operation> operations;

  bool operator==(const History&) const = default;
};

/// The cases that an operation offers: none for close and len.
std::vector<Case> cases_of(const Operation& operation);

/// The one value that went through, and the channel it took; kNoValue in `value` if none did.
struct Passage {
  bool sends = false;
  int channel = 0;
  int value = kNoValue;
};
Passage passage_of(const Operation& operation);

/// `send(7) on 0 -> sent`, for people.
std::string in_words(const Operation& operation);

std::string_view name_of(Call call);
std::string_view name_of(Answer answer);

}  // namespace gauntlet::histories
