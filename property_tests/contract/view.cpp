// SPDX-License-Identifier: Apache-2.0
// Contract of send-only and receive-only views, C11: what the direction forbids does not compile.
#include <gtest/gtest.h>

#include <concepts>
#include <optional>
#include <type_traits>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {
namespace {

template <class C>
concept Sends = requires(C& channel, int value) { channel.send(value); };
template <class C>
concept Receives = requires(C& channel) { channel.recv(); };
template <class C>
concept TriesToReceive =
    requires(C& channel, std::optional<int>& value) { channel.try_recv(value); };
template <class C>
concept Closes = requires(C& channel) { channel.close(); };

template <class C>
concept SendsInASelect = requires(C& channel) { send(channel, 1); };
template <class C>
concept ReceivesInASelect = requires(C& channel) { recv(channel); };

using Both = Channel<int>;
using In = SendChannel<int>;
using Out = ReceiveChannel<int>;

}  // namespace

TEST(View, C11_channel_converts_to_either_view_and_never_back) {
  EXPECT_TRUE((std::convertible_to<Both&, In>));
  EXPECT_TRUE((std::convertible_to<Both&, Out>));
  EXPECT_FALSE((std::convertible_to<In&, Both>));
  EXPECT_FALSE((std::convertible_to<Out&, Both>));
  EXPECT_FALSE((std::is_convertible_v<In, Both&>));
  EXPECT_FALSE((std::is_convertible_v<Out, Both&>));
  EXPECT_FALSE((std::convertible_to<In, Out>));
  EXPECT_FALSE((std::convertible_to<Out, In>));
  EXPECT_FALSE((std::convertible_to<const Both&, In>));
}

TEST(View, C11_channel_itself_is_neither_copied_nor_moved) {
  EXPECT_FALSE(std::copy_constructible<Both>);
  EXPECT_FALSE(std::move_constructible<Both>);
  EXPECT_FALSE(std::is_copy_assignable_v<Both>);
}

TEST(View, C11_send_only_does_not_receive) {
  EXPECT_TRUE(Sends<In>);
  EXPECT_FALSE(Receives<In>);
  EXPECT_FALSE(TriesToReceive<In>);
  EXPECT_TRUE(Closes<In>);
}

TEST(View, C11_receive_only_neither_sends_nor_closes) {
  EXPECT_FALSE(Sends<Out>);
  EXPECT_FALSE(Closes<Out>);
  EXPECT_TRUE(Receives<Out>);
}

TEST(View, C11_cases_of_a_select_keep_the_direction) {
  EXPECT_TRUE(SendsInASelect<Both> && ReceivesInASelect<Both>);
  EXPECT_TRUE(SendsInASelect<In> && ReceivesInASelect<Out>);
  EXPECT_FALSE(SendsInASelect<Out>);
  EXPECT_FALSE(ReceivesInASelect<In>);
}

TEST(View, C11_views_reach_the_channel_they_came_from) {
  int sum = 0;
  Both channel(3);
  drive([&]() -> Task {
    const In in = channel;
    go([in]() -> Task {
      for (int i = 1; i <= 10; ++i) AWAIT in.send(i);
      in.close();
    });
    const Out out = channel;
    for (;;) {
      const auto value = AWAIT out.recv();
      if (!value) break;
      sum += *value;
    }
  });
  EXPECT_EQ(sum, 55);
}

TEST(View, C7_range_over_a_receive_only_view_ends_at_close) {
  int sum = 0;
  Both channel;
  drive([&]() -> Task {
    go([&]() -> Task {
      for (int i = 1; i <= 10; ++i) AWAIT channel.send(i);
      channel.close();
    });
    Out out = channel;
    AWAIT range(out, [&](int value) { sum += value; });
  });
  EXPECT_EQ(sum, 55);
}

}  // namespace gauntlet::contract
