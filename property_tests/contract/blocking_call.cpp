// SPDX-License-Identifier: Apache-2.0
// Contract of calls that block their thread, rule R7: others go on. Bare calls keep a worker on most lanes (told
// defects of theirs); inside blocking() they may not.
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <string>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe(ends_.data()), 0); }
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  /// Blocks the thread. False: nothing came, and the test would have hung.
  bool wait_for_a_byte() const {
    constexpr int kPatienceMs = 10'000;
    pollfd waiting{.fd = ends_[0], .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, kPatienceMs) != 1) return false;
    char byte = 0;
    return read(ends_[0], &byte, 1) == 1;
  }
  void write_bytes(int count) const {
    for (int i = 0; i < count; ++i) EXPECT_EQ(write(ends_[1], "x", 1), 1);
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

}  // namespace

TEST(BlockingCall, R7_as_many_as_there_are_workers_and_more_let_another_run) {
  const Pipe pipe;
  const int callers = static_cast<int>(workers()) + 2;
  std::atomic<int> inside{0};
  std::atomic<int> served{0};
  drive([&]() -> Task {
    for (int i = 0; i < callers; ++i) {
      go([&]() -> Task {
        const bool came = AWAIT blocking([&] {
          inside.fetch_add(1, std::memory_order_relaxed);
          return pipe.wait_for_a_byte();
        });
        if (came) served.fetch_add(1, std::memory_order_relaxed);
      });
    }
    while (inside.load(std::memory_order_relaxed) < callers) AWAIT yield();
    pipe.write_bytes(callers);
  });
  EXPECT_EQ(served.load(std::memory_order_relaxed), callers);
}

TEST(BlockingCall, R7_gives_the_result_and_sees_what_was_written_before) {
  int before = 0;
  std::string result;
  drive([&]() -> Task {
    before = 41;
    result = AWAIT blocking([&] { return std::to_string(before + 1); });
  });
  EXPECT_EQ(result, "42");
}

TEST(BlockingCall, R7_may_give_nothing) {
  int after = 0;
  drive([&]() -> Task {
    AWAIT blocking([&] { after = 1; });
    EXPECT_EQ(after, 1);
    after = 2;
  });
  EXPECT_EQ(after, 2);
}

TEST(BlockingCall, R7_throws_what_the_call_throws) {
  bool caught = false;
  drive([&]() -> Task {
    try {
      AWAIT blocking([]() -> int { throw std::runtime_error("refused"); });
    } catch (const std::runtime_error& error) {
      caught = std::string(error.what()) == "refused";
    }
  });
  EXPECT_TRUE(caught);
}

TEST(BlockingCall, R7_many_calls_one_after_the_other) {
  const int goroutines = at_most(200, 20);
  std::atomic<int> calls{0};
  drive([&]() -> Task {
    for (int i = 0; i < goroutines; ++i) {
      go([&]() -> Task {
        for (int turn = 0; turn < 5; ++turn)
          AWAIT blocking([&] { calls.fetch_add(1, std::memory_order_relaxed); });
      });
    }
    AWAIT yield();
  });
  EXPECT_EQ(calls.load(std::memory_order_relaxed), goroutines * 5);
}

TEST(Goroutine, R7_a_bare_blocking_call_does_not_stop_the_others) {
  const Pipe pipe;
  const int callers = static_cast<int>(workers());
  std::atomic<int> served{0};
  drive([&]() -> Task {
    for (int i = 0; i < callers; ++i) {
      go([&]() -> Task {
        if (pipe.wait_for_a_byte()) served.fetch_add(1, std::memory_order_relaxed);
        AWAIT yield();
      });
    }
    go([&]() -> Task {
      AWAIT yield();
      pipe.write_bytes(callers);
    });
    AWAIT yield();
  });
  EXPECT_EQ(served.load(std::memory_order_relaxed), callers);
}

}  // namespace gauntlet::contract
