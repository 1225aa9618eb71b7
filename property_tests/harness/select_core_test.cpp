// SPDX-License-Identifier: Apache-2.0
// Unit tests of the select's state machine: every transition, played by hand.
#include "harness/portable/select_core.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "harness/contract/panic.hpp"
#include "harness/portable/channel_core.hpp"
#include "harness/portable/select_cases.hpp"
#include "harness/portable/uniform_choice.hpp"
#include "property_tests/harness/fake_runtime.hpp"

namespace gauntlet {
namespace {

using Core = ChannelCore<FakeRuntime, int>;
using Words = ChannelCore<FakeRuntime, std::string>;
using Entry = SelectEntry<FakeRuntime>;
using Resumed = std::vector<int>;

/// recv(a) and send(b, 7), by goroutine 1.
struct TwoWay {
  Core::Receiver receiver;
  Core::Sender sender;
  int value = 7;
  std::array<Entry, 2> entries;
  std::array<Entry*, 2> order;
  SelectCore<FakeRuntime> core;

  TwoWay(Core& a, Core& b)
      : entries{Entry{&a, &receiver, false}, Entry{&b, &sender, true}}, core(entries, order) {
    sender.source = &value;
  }
  void park() {
    ASSERT_FALSE(core.start());
    core.stay_parked(1);
  }
};

/// A plain receive by goroutine 2.
std::optional<int> receive(Core& core) {
  Core::Receiver self;
  if (!core.start_recv(self)) {
    core.stay_parked(self, 2);
    ADD_FAILURE() << "nothing to receive";
  }
  return self.value;
}

bool would_block(Core& core) {
  int value = 0;
  std::optional<int> got;
  return core.try_send(value) == TrySend::kFull && core.try_recv(got) == TryRecv::kEmpty;
}

TEST(SelectCore, S1_takes_a_value_that_is_there_and_queues_nothing) {
  Core a(1);
  Core b(0);
  int value = 5;
  a.try_send(value);
  TwoWay select(a, b);
  EXPECT_TRUE(select.core.start());
  EXPECT_EQ(select.core.outcome().index, 0U);
  EXPECT_EQ(select.receiver.value, 5);
  EXPECT_TRUE(would_block(b));
  EXPECT_EQ(a.len(), 0U);
}

TEST(SelectCore, S1_a_sender_wakes_it_and_the_loser_leaves_its_queue) {
  Core a(0);
  Core b(0);
  TwoWay select(a, b);
  select.park();
  EXPECT_EQ(WaitPlace::describe_all().find("1 wait to send, 1 wait"), std::string::npos);
  int value = 5;
  EXPECT_EQ(a.try_send(value), TrySend::kSent);
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  select.core.finish();
  EXPECT_EQ(select.core.outcome().index, 0U);
  EXPECT_EQ(select.receiver.value, 5);
  EXPECT_EQ(WaitPlace::describe_all(), "");
}

TEST(SelectCore, S1_a_receiver_wakes_it_and_gets_the_value) {
  Core a(0);
  Core b(0);
  TwoWay select(a, b);
  select.park();
  EXPECT_EQ(receive(b), 7);
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  select.core.finish();
  EXPECT_EQ(select.core.outcome().index, 1U);
  EXPECT_FALSE(select.core.outcome().panics);
  EXPECT_EQ(WaitPlace::describe_all(), "");
}

TEST(SelectCore, S1_a_case_whose_select_went_elsewhere_is_passed_over) {
  Core a(0);
  Core b(0);
  TwoWay select(a, b);
  select.park();
  int value = 5;
  EXPECT_EQ(a.try_send(value), TrySend::kSent);
  // Before finish(): the send case is still in the queue of b.
  EXPECT_EQ(WaitPlace::describe_all(), "channel (len 0, cap 0): 1 wait to send, 0 wait to receive\n");
  std::optional<int> got;
  EXPECT_EQ(b.try_recv(got), TryRecv::kEmpty);
  EXPECT_EQ(WaitPlace::describe_all(), "");
  EXPECT_EQ(a.try_send(value), TrySend::kFull);
  select.core.finish();
  EXPECT_EQ(select.core.outcome().index, 0U);
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
}

TEST(SelectCore, S1_those_behind_a_stale_case_are_served) {
  Core a(0);
  Core b(0);
  TwoWay select(a, b);
  select.park();
  Core::Sender behind;
  int value = 9;
  ASSERT_FALSE(b.start_send(value, behind));
  b.stay_parked(behind, 3);
  int five = 5;
  EXPECT_EQ(a.try_send(five), TrySend::kSent);
  EXPECT_EQ(receive(b), 9);
  EXPECT_EQ(FakeRuntime::resumed(), (Resumed{1, 3}));
  select.core.finish();
  EXPECT_EQ(WaitPlace::describe_all(), "");
}

TEST(SelectCore, S1_two_selects_meet_and_each_commits_one_case) {
  Core a(0);
  Core b(0);
  TwoWay first(a, b);
  first.park();
  TwoWay second(b, a);  // recv(b), send(a, 7): both cases are ready.
  EXPECT_TRUE(second.core.start());
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  first.core.finish();
  EXPECT_EQ(first.core.outcome().index, 1 - second.core.outcome().index);
  EXPECT_EQ((second.core.outcome().index == 0 ? second.receiver : first.receiver).value, 7);
  EXPECT_EQ(WaitPlace::describe_all(), "");
}

TEST(SelectCore, S3_leaves_without_a_trace_when_nothing_is_ready) {
  Core a(0);
  Core b(0);
  TwoWay select(a, b);
  EXPECT_FALSE(select.core.start_or_leave());
  EXPECT_TRUE(would_block(a) && would_block(b));
}

TEST(SelectCore, S4_without_channels_nothing_is_ever_ready) {
  std::array<Entry, 2> entries;
  std::array<Entry*, 2> order;
  SelectCore<FakeRuntime> core(entries, order);
  EXPECT_FALSE(core.start_or_leave());
  EXPECT_FALSE(core.start());
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});
}

TEST(SelectCore, S6_send_and_receive_on_one_channel_do_not_meet) {
  Core a(0);
  TwoWay select(a, a);
  EXPECT_FALSE(select.core.start_or_leave());
  TwoWay again(a, a);
  again.park();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});
  EXPECT_EQ(WaitPlace::describe_all(), "channel (len 0, cap 0): 1 wait to send, 1 wait to receive\n");
  int value = 3;
  EXPECT_EQ(a.try_send(value), TrySend::kSent);
  again.core.finish();
  EXPECT_EQ(again.receiver.value, 3);
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  EXPECT_EQ(WaitPlace::describe_all(), "");
}

TEST(SelectCore, S8_close_wakes_it_once_though_it_waits_twice) {
  Core a(0);
  TwoWay select(a, a);
  select.park();
  a.close();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  select.core.finish();
  const auto outcome = select.core.outcome();
  EXPECT_EQ(outcome.panics, outcome.index == 1);
  EXPECT_FALSE(select.receiver.value);
}

TEST(SelectCore, S8_closed_channels_answer_at_once) {
  Core a(0);
  Core b(0);
  a.close();
  TwoWay receives(a, b);
  EXPECT_TRUE(receives.core.start());
  EXPECT_EQ(receives.core.outcome().index, 0U);
  EXPECT_FALSE(receives.core.outcome().panics);
  TwoWay sends(b, a);
  EXPECT_TRUE(sends.core.start());
  EXPECT_EQ(sends.core.outcome().index, 1U);
  EXPECT_TRUE(sends.core.outcome().panics);
}

TEST(SelectCore, S8_close_passes_over_a_stale_case) {
  Core a(0);
  Core b(0);
  TwoWay select(a, b);
  select.park();
  int value = 5;
  EXPECT_EQ(a.try_send(value), TrySend::kSent);
  b.close();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  select.core.finish();
  EXPECT_FALSE(select.core.outcome().panics);
}

TEST(SelectCore, C2_its_value_enters_at_the_tail_of_a_full_buffer) {
  Core a(0);
  Core b(1);
  int value = 1;
  b.try_send(value);
  TwoWay select(a, b);
  select.park();
  EXPECT_EQ(receive(b), 1);
  EXPECT_EQ(b.len(), 1U);
  select.core.finish();
  EXPECT_EQ(receive(b), 7);
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
}

TEST(SelectCore, C13_a_loser_among_many_is_withdrawn_and_the_others_keep_their_order) {
  constexpr int kOthers = 100;
  Core a(0);
  Core b(0);
  std::vector<Core::Sender> others(kOthers);
  std::vector<int> values(kOthers);
  std::optional<TwoWay> select;
  for (int i = 0; i < kOthers; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (i == kOthers / 2) select.emplace(a, b).park();
    values[at] = i;
    ASSERT_FALSE(b.start_send(values[at], others[at]));
    b.stay_parked(others[at], 100 + i);
  }
  int value = 5;
  EXPECT_EQ(a.try_send(value), TrySend::kSent);
  select->core.finish();
  for (int i = 0; i < kOthers; ++i) EXPECT_EQ(receive(b), i);
  EXPECT_EQ(FakeRuntime::resumed().size(), kOthers + 1U);
}

/// A channel in words, as the colours make it.
template <class Core>
struct Named {
  Core core;
  Core* core_to_send() { return &core; }
  Core* core_to_receive() { return &core; }
};

TEST(SelectCases, mix_element_types_and_hand_over_only_what_was_chosen) {
  Named<Core> a{Core(1)};
  Named<Words> b{Words(1)};
  std::optional<int> number = -1;
  std::optional<std::string> word;
  std::string hello = "hello";
  b.core.try_send(hello);
  Selection selection(Cases{Recv{a, number}, Recv{b, word}});
  ASSERT_TRUE(selection.start());
  EXPECT_EQ(selection.outcome(), 1);
  EXPECT_EQ(word, "hello");
  EXPECT_EQ(number, -1);
  Selection leaves(Cases{Recv{a, number}, Recv{b, word}, otherwise});
  ASSERT_TRUE(leaves.start());
  EXPECT_EQ(leaves.outcome(), 2);
  EXPECT_EQ(number, -1);
}

TEST(SelectCases, S8_panics_for_a_send_case_on_a_closed_channel) {
  Named<Core> a{Core(1)};
  a.core.close();
  Selection selection(Cases{Send{a, 1}});
  ASSERT_TRUE(selection.start());
  EXPECT_THROW(selection.outcome(), Panic);
}

TEST(SelectCases, a_list_is_used_again_and_grows) {
  Named<Core> a{Core(1)};
  CaseListOf<FakeRuntime> list;
  std::optional<int> got;
  for (int i = 0; i < 3; ++i) {
    list.add(Send{a, i});
    Selection sends(CaseListUse(list, true));
    ASSERT_TRUE(sends.start());
    EXPECT_EQ(sends.outcome(), i);
    list.set(i, Recv{a, got});
    Selection receives(CaseListUse(list, true));
    ASSERT_TRUE(receives.start());
    EXPECT_LE(receives.outcome(), i);
    EXPECT_EQ(got, i);
    Selection leaves(CaseListUse(list, true));
    ASSERT_TRUE(leaves.start());
    EXPECT_EQ(leaves.outcome(), i + 1);
  }
}

TEST(SelectCases, S8_a_send_case_that_once_committed_still_panics_when_closed) {
  Named<Core> a{Core(0)};
  CaseListOf<FakeRuntime> list;
  list.add(Send{a, 1});
  for (const bool closes : {false, true}) {
    Selection sends(CaseListUse(list, false));
    ASSERT_FALSE(sends.start());
    sends.stay_parked(1);
    if (closes) {
      a.core.close();
    } else {
      EXPECT_EQ(receive(a.core), 1);
    }
    EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
    sends.finish();
    if (closes) {
      EXPECT_THROW(sends.outcome(), Panic);
    } else {
      EXPECT_EQ(sends.outcome(), 0);
    }
  }
}

TEST(SelectCases, a_native_channel_is_refused) {
  struct Native {
    NoSelect* core_to_send() { return nullptr; }
    NoSelect* core_to_receive() { return nullptr; }
  } native;
  EXPECT_THROW((Cases{Recv{native}}), Panic);
  EXPECT_THROW((Cases{Send{native, 1}, otherwise}), Panic);
}

TEST(ThreadChoice, S2_is_uniform_and_in_range) {
  constexpr int kDraws = 100'000;
  std::array<int, 7> times{};
  for (int i = 0; i < kDraws; ++i) ++times.at(ThreadChoice::below(7));
  for (const int one : times) EXPECT_NEAR(one, kDraws / 7.0, 4.89 * 110.7);  // sqrt(n p (1 - p))
  EXPECT_EQ(ThreadChoice::below(1), 0U);
}

}  // namespace
}  // namespace gauntlet
