// SPDX-License-Identifier: Apache-2.0
// Unit tests of the words of goroutine reports, of the search for a cycle, and of who is leaked.
#include "harness/portable/goroutine_dump.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <source_location>
#include <string>
#include <vector>

#include "harness/portable/leaked.hpp"
#include "harness/portable/wait_cycle.hpp"

namespace gauntlet {
namespace {

GoroutineFacts parked(std::uint64_t id, WaitReason reason, std::int64_t waited_ns = 0) {
  GoroutineFacts facts;
  facts.id = id;
  facts.parent = 1;
  facts.state = GoroutineState::kParked;
  facts.reason = reason;
  facts.waited_ns = waited_ns;
  return facts;
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST(DumpText, says_state_reason_and_time) {
  const int place = 0;
  const std::string text = text_of({parked(7, {WaitFor::kRecv, &place, 0}, 12'000'000'000)});
  EXPECT_TRUE(has(text, "goroutine 7 [chan recv, 12 s]:\n  waits to receive from channel 0x")) << text;
  EXPECT_TRUE(has(text, "(capacity 0)\n")) << text;
  EXPECT_TRUE(has(text, ", by goroutine 1\n")) << text;
}

TEST(DumpText, puts_those_who_are_alike_in_one_block_with_the_longest_wait) {
  const int place = 0;
  const int other = 0;
  const std::string text = text_of({parked(2, {WaitFor::kSend, &place, 0}, 1'000'000'000),
                                    parked(3, {WaitFor::kSend, &other, 0}),
                                    parked(4, {WaitFor::kSend, &place, 0}, 3'500'000'000)});
  EXPECT_TRUE(has(text, "2 goroutines (2, 4) [chan send, 3.5 s]:\n  each waits to send to")) << text;
  EXPECT_TRUE(has(text, "\n\ngoroutine 3 [chan send]:\n  waits to send to")) << text;
}

TEST(DumpText, names_at_most_twelve_of_a_crowd) {
  std::vector<GoroutineFacts> crowd;
  for (std::uint64_t id = 1; id <= 100; ++id) crowd.push_back(parked(id, {WaitFor::kSleep}));
  const std::string text = text_of(crowd);
  EXPECT_TRUE(has(text, "100 goroutines (1, 2, ")) << text;
  EXPECT_TRUE(has(text, ", 12, ...) [sleep]")) << text;
}

TEST(DumpText, tells_nil_channels_and_empty_selects_from_others) {
  EXPECT_EQ(text_of(WaitReason{WaitFor::kSend}), "to send to a nil channel, for ever");
  EXPECT_EQ(text_of(WaitReason{WaitFor::kSelect, nullptr, 0}), "in a select without cases, for ever");
  EXPECT_EQ(text_of(WaitReason{WaitFor::kSelect, nullptr, 1}), "in a select over 1 case");
  EXPECT_EQ(text_of(WaitReason{WaitFor::kSelect, nullptr, 3}), "in a select over 3 cases");
}

TEST(WaitCycle, is_found_wherever_it_is_entered) {
  using Ids = std::vector<std::uint64_t>;
  EXPECT_EQ(wait_cycle({{1, {2}}, {2, {3}}, {3, {2}}}), (Ids{2, 3}));
  EXPECT_EQ(wait_cycle({{5, {5}}}), (Ids{5}));
  EXPECT_EQ(wait_cycle({{1, {4, 2}}, {2, {3}}, {3, {1}}}), (Ids{1, 2, 3}));
}

TEST(WaitCycle, is_not_found_where_there_is_none) {
  EXPECT_TRUE(wait_cycle({}).empty());
  EXPECT_TRUE(wait_cycle({{1, {2}}, {2, {3}}}).empty());
  EXPECT_TRUE(wait_cycle({{1, {2, 3}}, {2, {4}}, {3, {4}}, {4, {}}}).empty());
}

TEST(WaitCycle, of_a_hundred_thousand_needs_no_deep_stack) {
  constexpr std::uint64_t kMany = 100'000;
  std::vector<WaitsFor> chain;
  for (std::uint64_t id = 1; id <= kMany; ++id) chain.push_back({id, {id % kMany + 1}});
  EXPECT_EQ(wait_cycle(chain).size(), kMany);
}

/// Goroutines 1 to 4, each with a closure of 64 bytes; handles lie in them.
class LeakedAmong : public ::testing::Test {
 protected:
  GoroutineFacts holds(std::uint64_t id, WaitReason reason) {
    GoroutineFacts facts = parked(id, reason);
    facts.closure = closures_.at(id).data();
    facts.closure_bytes = closures_.at(id).size();
    return facts;
  }
  Reach shared(std::size_t channel, std::initializer_list<std::uint64_t> holders) {
    Reach reach{channels_.at(channel).data(), 16, {}};
    for (const std::uint64_t id : holders) reach.handles.push_back(closures_.at(id).data() + 8);
    return reach;
  }
  WaitReason recv(std::size_t channel) { return {WaitFor::kRecv, channels_.at(channel).data(), 0}; }

  std::array<std::array<std::byte, 64>, 5> closures_{};
  std::array<std::array<std::byte, 16>, 3> channels_{};
};

TEST_F(LeakedAmong, is_whoever_holds_the_only_handle) {
  const auto leaked = leaked_among({holds(1, recv(0))}, {shared(0, {1})});
  ASSERT_EQ(leaked.size(), 1U);
  EXPECT_EQ(leaked[0].id, 1U);
}

TEST_F(LeakedAmong, is_nobody_whose_channel_another_holds) {
  EXPECT_TRUE(leaked_among({holds(1, recv(0)), holds(2, {WaitFor::kMutex})}, {shared(0, {1, 2})}).empty());
}

TEST_F(LeakedAmong, is_nobody_whose_channel_is_held_outside_of_closures) {
  Reach reach = shared(0, {1});
  const int elsewhere = 0;
  reach.handles.push_back(&elsewhere);
  EXPECT_TRUE(leaked_among({holds(1, recv(0))}, {reach}).empty());
}

TEST_F(LeakedAmong, are_all_of_a_ring_and_none_of_one_that_a_live_one_can_enter) {
  const std::vector<GoroutineFacts> ring{holds(1, recv(0)), holds(2, recv(1))};
  EXPECT_EQ(leaked_among(ring, {shared(0, {1, 2}), shared(1, {1, 2})}).size(), 2U);
  std::vector<GoroutineFacts> entered = ring;
  entered.push_back(holds(3, recv(2)));
  entered.back().state = GoroutineState::kRunning;
  EXPECT_TRUE(leaked_among(entered, {shared(0, {1, 2}), shared(1, {1, 2, 3})}).empty());
}

TEST_F(LeakedAmong, is_nobody_who_waits_in_a_channel_without_handles) {
  EXPECT_TRUE(leaked_among({holds(1, recv(0))}, {}).empty());
}

}  // namespace
}  // namespace gauntlet
