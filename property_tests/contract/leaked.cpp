// SPDX-License-Identifier: Apache-2.0
// Contract of partial deadlock, rule R5: who waits in a channel that nobody else can reach is found while the
// others go on, and nobody else is.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "property_tests/contract/needs_reports.hpp"

namespace gauntlet::contract {
namespace {

/// Native channels park inside their library; nobody sees who waits there.
template <class R>
inline constexpr bool kSeesWaiters = !ChannelOf<R, int>::is_native;

bool parked(std::size_t goroutines) {
  std::size_t count = 0;
  for (const GoroutineFacts& facts : Census::facts())
    if (facts.state == GoroutineState::kParked) ++count;
  return count == goroutines;
}

}  // namespace

class Leaked : public NeedsReports {
 protected:
  void SetUp() override {
    NeedsReports::SetUp();
    if (!kSeesWaiters<UnderTest>)
      GTEST_SKIP() << "n/a (a native channel parks inside its library, where nobody sees it)";
  }
};

TEST_F(Leaked, R5_sender_whose_receiver_gave_up_is_found_while_others_run) {
  std::vector<GoroutineFacts> found;
  Channel<int>* rescue = nullptr;
  drive([&]() -> Task {
    {
      const SharedChannel<int> result;
      rescue = &*result;
      go([result]() -> Task { AWAIT result.send(1); });
    }
    while (!parked(1)) AWAIT yield();
    found = find_leaked();
    std::optional<int> value;
    rescue->try_recv(value);
  });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, 2U);
  EXPECT_EQ(found[0].reason.what, WaitFor::kSend);
  const std::string text = leaked_text(found);
  EXPECT_NE(text.find("leak: 1 goroutine waits in a channel that nobody else can reach"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("leaked.cpp:"), std::string::npos) << text;
}

TEST_F(Leaked, R5_nobody_is_found_while_the_other_end_is_held) {
  std::vector<GoroutineFacts> in_a_variable;
  std::vector<GoroutineFacts> in_a_goroutine;
  std::vector<GoroutineFacts> in_a_container;
  WaitGroup gate(1);
  drive([&]() -> Task {
    std::vector<SharedChannel<int>> kept;
    {
      const SharedChannel<int> result;
      go([result]() -> Task { AWAIT result.send(1); });
      while (!parked(1)) AWAIT yield();
      in_a_variable = find_leaked();
      kept.push_back(result);
    }
    in_a_container = find_leaked();
    go([result = kept.back(), &gate]() -> Task {
      AWAIT gate.wait();
      AWAIT result.recv();
    });
    while (!parked(2)) AWAIT yield();
    kept.clear();
    in_a_goroutine = find_leaked();
    gate.done();
  });
  EXPECT_TRUE(in_a_variable.empty()) << leaked_text(in_a_variable);
  EXPECT_TRUE(in_a_container.empty()) << leaked_text(in_a_container);
  EXPECT_TRUE(in_a_goroutine.empty()) << leaked_text(in_a_goroutine);
}

TEST_F(Leaked, R5_a_ring_that_waits_for_itself_is_found_whole) {
  std::vector<GoroutineFacts> found;
  Channel<int>* rescue = nullptr;
  drive([&]() -> Task {
    {
      const SharedChannel<int> first;
      const SharedChannel<int> second;
      rescue = &*first;
      go([first, second]() -> Task {
        const auto value = AWAIT first.recv();
        AWAIT second.send(value.value_or(0));
      });
      go([first, second]() -> Task {
        const auto value = AWAIT second.recv();
        EXPECT_EQ(value, 7);
      });
    }
    while (!parked(2)) AWAIT yield();
    found = find_leaked();
    int value = 7;
    rescue->try_send(value);
  });
  EXPECT_EQ(found.size(), 2U) << leaked_text(found);
}

TEST_F(Leaked, R5_the_cycle_through_shared_channels_is_shown_in_a_deadlock) {
  Channel<int>* rescue = nullptr;
  std::string text;
  on_stall([&](const Stall& stall) {
    text = stall.text;
    int value = 7;
    rescue->try_send(value);
  });
  drive([&]() -> Task {
    {
      const SharedChannel<int> first;
      const SharedChannel<int> second;
      rescue = &*first;
      go([first, second]() -> Task {
        AWAIT first.recv();
        AWAIT second.send(1);
      });
      go([first, second]() -> Task {
        AWAIT second.recv();
      });
    }
    AWAIT yield();
  });
  on_stall({});
  EXPECT_NE(text.find("The cycle:\n"), std::string::npos) << text;
  EXPECT_NE(text.find("which goroutine 3 could reach"), std::string::npos) << text;
}

}  // namespace gauntlet::contract
