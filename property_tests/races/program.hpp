// SPDX-License-Identifier: Apache-2.0
// A small goroutine program of which is known whether it holds a data race, for any lane.
//
// Edges (H1 to H9 of harness/contract/channel.md) must be silent, non-edges (N1 to N8) must be reported.
// A seeded program has two twins: the racy one must be reported, the fixed one silent. Bodies are one text
// for both colours. What the root shares is a whole local or on the heap: Clang 19's ThreadSanitizer does not
// look at accesses that a function makes to a part of its own local. In the racy twin nothing orders the two
// accesses, whatever the schedule: so it is to be found in every run, on one worker too.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "harness/under_test.hpp"

namespace gauntlet::races {

enum class Twin : bool { kFixed, kRacy };

/// Which one runs in this process. Set before the run.
inline Twin twin = Twin::kFixed;

/// The root goroutine runs it; it returns when its goroutines have ended.
using Body = Task (*)();

struct Program {
  enum class Kind : char { kEdge, kNonEdge, kSeeded };
  std::string_view name;
  Kind kind;
  Body body;
};

inline constexpr auto kEdge = Program::Kind::kEdge;
inline constexpr auto kNonEdge = Program::Kind::kNonEdge;
inline constexpr auto kSeeded = Program::Kind::kSeeded;

inline std::vector<Program>& programs() {
  static std::vector<Program> all;
  return all;
}

/// A namespace-scope constant of this type lists a program.
struct Listed {
  Listed(std::string_view name, Program::Kind kind, Body body) {
    programs().push_back({name, kind, body});
  }
};

/// Native channels have no select, and capacities of their own.
inline constexpr bool kNative = ChannelOf<UnderTest, int>::is_native;

/// What two goroutines share. The detector remembers four accesses to eight bytes: a smaller value has
/// neighbours (a coroutine's own state, say) whose accesses push the one in question out.
using Word = std::int64_t;

/// The value is needed: no optimiser drops the read.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r"(value) : "memory");
}

/// This lane cannot run the program: said in one line, and by exit code 77.
[[noreturn]] inline void not_here(const char* why) {
  std::printf("n/a: %s\n", why);
  std::fflush(stdout);
  std::_Exit(77);
}

/// Bytes between what is polled and what is looked for.
inline constexpr std::size_t kAlone = 64;

/// A while in which others run, in a frame of its own.
inline Task wait_a_while(int turns) {
  for (int i = 0; i < turns; ++i) AWAIT yield();
}

/// Brings goroutines to the same place at about the same time and creates no order between them: a detector
/// that sees a runtime's own synchronisation needs both accesses close together, on two threads.
class Meeting {
 public:
  /// Gives up after a while: on one worker, or when the other one is long past.
  Task arrive(int expected = 2) {
    // relaxed, both: it must not order anything.
    const int earlier = here_.fetch_add(1, std::memory_order_relaxed);
    for (int i = 0; i < kPatience && here_.load(std::memory_order_relaxed) < expected; ++i)
      AWAIT yield();
    // Not at the very same time: the detector looks, then notes, and two at once would not see each other.
    for (int i = 0; i < earlier * kApart; ++i) asm volatile("");
  }

 private:
  static constexpr int kPatience = 200;
  static constexpr int kApart = 10'000;  // Turns of an empty loop: some microseconds.
  [[maybe_unused]] char before_[kAlone]{};
  std::atomic<int> here_{0};
  [[maybe_unused]] char after_[kAlone]{};
};

/// Waits until the other goroutine is past a place, and creates no order: the reader is late, not safe.
class Passed {
 public:
  // relaxed, both: it must not order anything.
  void set() { flag_.store(true, std::memory_order_relaxed); }
  Task wait() {
    while (!flag_.load(std::memory_order_relaxed)) {
      AWAIT yield();
      std::this_thread::yield();  // Who polls beside a thread that is off its core overwrites its history.
    }
  }

 private:
  [[maybe_unused]] char before_[kAlone]{};
  std::atomic<bool> flag_{false};
  [[maybe_unused]] char after_[kAlone]{};
};

}  // namespace gauntlet::races
