// SPDX-License-Identifier: Apache-2.0
// A program to record: commands one after the other, then branches of commands at once.
//
// Each command of the prefix has a goroutine of its own and has returned, or is parked, before the
// next one starts: so it is known who waits first. A branch is one goroutine. Nothing in a program
// keeps it from getting stuck; who records it ends what is stuck (record.hpp).
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "property_tests/histories/history.hpp"

namespace gauntlet::histories {

struct Command {
  Call call = Call::kSend;
  int channel = 0;
  int yields = 0;  ///< Before it.
  std::vector<Case> cases =
      {};  ///< Of a select; the values of its send cases are given when it runs.

  bool operator==(const Command&) const = default;
};

/// What ends a program whose goroutines are stuck.
enum class Ending : std::uint8_t { kNothing, kClose, kTakeThenClose };

struct Program {
  std::vector<int> capacities;
  std::vector<Command>
      prefix;  ///< On channel 0 only, and no select: those who wait can then be counted.
  std::vector<std::vector<Command>> branches;
  Ending ending = Ending::kClose;  ///< kNothing: the program cannot get stuck.

  bool operator==(const Program&) const = default;
};

/// Which commands a random program is made of, by weight.
struct Mix {
  int sends = 6;
  int recvs = 6;
  int try_sends = 0;
  int try_recvs = 0;
  int closes = 0;
  int lens = 0;
  int selects = 0;

  int total() const { return sends + recvs + try_sends + try_recvs + closes + lens + selects; }
};

/// Precondition: pick(n) gives a number from 0 to n - 1.
Command any_command(const Mix& mix, int channels, const std::function<int(int)>& pick);

std::string in_words(const Command& command);

/// For people: what each branch does, in order.
std::ostream& operator<<(std::ostream& stream, const Program& program);

}  // namespace gauntlet::histories
