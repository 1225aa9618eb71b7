// SPDX-License-Identifier: Apache-2.0
// Contract of the nil channel, a view of nothing: the nil column of rules C1 to C7.
#include <gtest/gtest.h>

#include <optional>

#include "property_tests/contract/for_ever.hpp"
#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(NilChannel, C1_send_waits_for_ever) {
  expect_to_wait_for_ever([]() -> Task {
    const SendChannel<int> nil;
    AWAIT nil.send(1);
  });
}

TEST(NilChannel, C2_recv_waits_for_ever) {
  expect_to_wait_for_ever([]() -> Task {
    const ReceiveChannel<int> nil;
    AWAIT nil.recv();
  });
}

TEST(NilChannel, C3_C4_try_calls_say_full_and_empty) {
  const SendChannel<int> in;
  const ReceiveChannel<int> out;
  std::optional<int> value;
  EXPECT_EQ(try_send_to(in, 1), TrySend::kFull);
  EXPECT_EQ(try_recv_from(out, value), TryRecv::kEmpty);
  EXPECT_FALSE(value.has_value());
}

TEST(NilChannel, C5_close_panics) {
  EXPECT_TRUE(panics([] { SendChannel<int>().close(); }));
}

TEST(NilChannel, C6_len_and_cap_are_0) {
  if constexpr (kTellsLength<Channel<int>>) {
    EXPECT_EQ(SendChannel<int>().len() + SendChannel<int>().cap(), 0U);
    EXPECT_EQ(ReceiveChannel<int>().len() + ReceiveChannel<int>().cap(), 0U);
  } else {
    GTEST_SKIP() << "n/a (the channel has no len and cap)";
  }
}

TEST(NilChannel, C7_range_waits_for_ever) {
  expect_to_wait_for_ever([]() -> Task {
    ReceiveChannel<int> nil;
    AWAIT range(nil, [](int) {});
  });
}

TEST(NilChannel, C11_a_view_becomes_nil_and_real_again) {
  Channel<int> channel(1);
  SendChannel<int> in;
  ReceiveChannel<int> out = channel;
  EXPECT_TRUE(in.is_nil());
  EXPECT_FALSE(out.is_nil());
  in = channel;
  drive([&]() -> Task {
    AWAIT in.send(1);
    const auto value = AWAIT out.recv();
    EXPECT_EQ(value, 1);
  });
  in = {};
  out = {};
  EXPECT_TRUE(in.is_nil() && out.is_nil());
}

}  // namespace gauntlet::contract
