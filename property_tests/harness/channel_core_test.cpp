// SPDX-License-Identifier: Apache-2.0
// Unit tests of the channel's state machine: every transition, played by hand.
#include "harness/portable/channel_core.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "property_tests/harness/fake_runtime.hpp"

namespace gauntlet {
namespace {

using Core = ChannelCore<FakeRuntime, int>;
using Resumed = std::vector<int>;

/// A goroutine parked in a send or a receive.
struct Sending {
  Core::Sender self;
  int value;
  bool done;
  Sending(Core& core, int sent, int goroutine) : value(sent), done(core.start_send(value, self)) {
    if (!done) core.stay_parked(self, goroutine);
  }
};
struct Receiving {
  Core::Receiver self;
  bool done;
  Receiving(Core& core, int goroutine) : done(core.start_recv(self)) {
    if (!done) core.stay_parked(self, goroutine);
  }
};

TEST(ChannelCore, C1_unbuffered_send_parks_until_a_receiver_comes) {
  Core core(0);
  const Sending sender(core, 5, 1);
  EXPECT_FALSE(sender.done);
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});
  const Receiving receiver(core, 2);
  EXPECT_TRUE(receiver.done);
  EXPECT_EQ(receiver.self.value, 5);
  EXPECT_TRUE(sender.self.ok);
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
}

TEST(ChannelCore, C2_receiver_parks_and_gets_the_value_handed_over) {
  for (const int capacity : {0, 3}) {
    Core core(capacity);
    const Receiving receiver(core, 1);
    EXPECT_FALSE(receiver.done);
    const Sending sender(core, 5, 2);
    EXPECT_TRUE(sender.done);
    EXPECT_EQ(receiver.self.value, 5);
    EXPECT_TRUE(receiver.self.ok);
    EXPECT_EQ(core.len(), 0U);
    EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  }
}

TEST(ChannelCore, C2_oldest_blocked_senders_value_enters_at_the_tail) {
  Core core(2);
  const Sending a(core, 1, 1);
  const Sending b(core, 2, 2);
  const Sending c(core, 3, 3);
  const Sending d(core, 4, 4);
  EXPECT_TRUE(a.done && b.done);
  EXPECT_FALSE(c.done || d.done);
  EXPECT_EQ(core.len(), 2U);
  const Receiving first(core, 9);
  EXPECT_EQ(first.self.value, 1);
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{3});
  EXPECT_EQ(core.len(), 2U);
  std::vector<int> rest;
  for (int i = 0; i < 3; ++i) {
    const Receiving next(core, 9);
    rest.push_back(next.self.value.value_or(-1));
  }
  EXPECT_EQ(rest, (std::vector<int>{2, 3, 4}));
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{4});
  EXPECT_EQ(core.len(), 0U);
}

TEST(ChannelCore, C3_try_send_says_sent_full_or_closed) {
  Core core(1);
  int value = 1;
  EXPECT_EQ(core.try_send(value), TrySend::kSent);
  EXPECT_EQ(core.try_send(value), TrySend::kFull);
  core.close();
  EXPECT_EQ(core.try_send(value), TrySend::kClosed);
}

TEST(ChannelCore, C4_try_recv_says_received_empty_or_closed) {
  Core core(1);
  std::optional<int> value;
  EXPECT_EQ(core.try_recv(value), TryRecv::kEmpty);
  const Sending sender(core, 1, 1);
  core.close();
  EXPECT_EQ(core.try_recv(value), TryRecv::kReceived);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(core.try_recv(value), TryRecv::kClosed);
}

TEST(ChannelCore, C5_close_resumes_every_receiver_once_with_nothing) {
  Core core(4);
  const Receiving one(core, 1);
  const Receiving two(core, 2);
  const Receiving three(core, 3);
  core.close();
  EXPECT_EQ(FakeRuntime::resumed(), (Resumed{1, 2, 3}));
  EXPECT_FALSE(one.self.value || two.self.value || three.self.value);
  EXPECT_FALSE(one.self.ok);
}

TEST(ChannelCore, C5_close_resumes_senders_to_panic_and_keeps_the_buffer) {
  Core core(1);
  const Sending buffered(core, 1, 1);
  const Sending blocked(core, 2, 2);
  core.close();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{2});
  EXPECT_FALSE(blocked.self.ok);
  const Receiving first(core, 9);
  EXPECT_EQ(first.self.value, 1);
  const Receiving second(core, 9);
  EXPECT_TRUE(second.done);
  EXPECT_FALSE(second.self.value);
}

TEST(ChannelCore, C5_misuse_panics_and_leaves_the_lock_free) {
  Core core(1);
  core.close();
  EXPECT_THROW(core.close(), Panic);
  int value = 1;
  Core::Sender self;
  EXPECT_THROW(core.start_send(value, self), Panic);
  EXPECT_EQ(core.len(), 0U);
}

TEST(ChannelCore, C9_negative_and_absurd_capacities_are_refused) {
  EXPECT_THROW(Core{-1}, Panic);
  EXPECT_THROW(Core{std::numeric_limits<std::int64_t>::max()}, Panic);
}

TEST(ChannelCore, C13_close_resumes_many_in_one_pass) {
  constexpr int kMany = 10'000;
  Core core(0);
  std::vector<Core::Receiver> receivers(kMany);
  for (int i = 0; i < kMany; ++i) {
    auto& self = receivers[static_cast<std::size_t>(i)];
    ASSERT_FALSE(core.start_recv(self));
    core.stay_parked(self, i);
  }
  core.close();
  const Resumed order = FakeRuntime::resumed();
  ASSERT_EQ(order.size(), static_cast<std::size_t>(kMany));
  for (int i = 0; i < kMany; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(ChannelCore, tells_who_waits) {
  Core core(1);
  EXPECT_EQ(WaitPlace::describe_all(), "");
  const Sending buffered(core, 1, 1);
  const Sending blocked(core, 2, 2);
  EXPECT_EQ(WaitPlace::describe_all(), "channel (len 1, cap 1): 1 wait to send, 0 wait to receive\n");
  core.close();
  EXPECT_EQ(WaitPlace::describe_all(), "");
  FakeRuntime::resumed();
}

TEST(ChannelCore, tells_that_a_goroutine_never_came_back_with_the_lock) {
  Core core(0);
  Core::Receiver self;
  ASSERT_FALSE(core.start_recv(self));
  EXPECT_NE(WaitPlace::describe_all().find("lock is held"), std::string::npos);
  core.stay_parked(self, 1);
  core.close();
  FakeRuntime::resumed();
}

}  // namespace
}  // namespace gauntlet
