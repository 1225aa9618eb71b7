// SPDX-License-Identifier: Apache-2.0
// Contract of select with a timeout: S9, over channels, timers of the real clock and of a virtual one.
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

TEST(Select, S9_a_timeout_is_a_receive_case_like_any_other) {
  GAUNTLET_NEEDS_SELECT();
  Channel<int> work;
  Channel<bool> expired(1);
  int timeouts = 0;
  int values = 0;
  drive([&]() -> Task {
    for (int i = 0; i < 20; ++i) {
      const bool in_time = i % 2 == 0;
      go([&, in_time]() -> Task {
        for (UntilParked now(0, 1); !now.reached();) AWAIT yield();
        if (in_time) {
          AWAIT work.send(1);
        } else {
          AWAIT expired.send(true);
        }
      });
      if (AWAIT select(recv(work), recv(expired)) == 0)
        ++values;
      else
        ++timeouts;
    }
  });
  EXPECT_EQ(values, 10);
  EXPECT_EQ(timeouts, 10);
}

TEST(Select, S9_a_timer_ends_the_wait_for_a_channel_on_which_nothing_comes) {
  GAUNTLET_NEEDS_SELECT();
  int timeouts = 0;
  std::optional<int> value;
  Channel<int> silent;
  drive([&]() -> Task {
    for (int i = 0; i < 20; ++i) {
      const Instant begin = Clock::now();
      const Timer timer = after(100us);
      std::optional<Instant> at;
      const int chosen = AWAIT select(recv(silent, value), recv(timer, at));
      if (chosen == 1 && at && *at - begin >= 100us) ++timeouts;
    }
    EXPECT_EQ(parked_in_channels(), 0);  // The channel has forgotten them all.
  });
  EXPECT_EQ(timeouts, 20);
  EXPECT_FALSE(value);
}

TEST(Select, S9_a_value_that_comes_first_leaves_the_timer_armed) {
  GAUNTLET_NEEDS_SELECT();
  int values = 0;
  int still_armed = 0;
  Channel<int> work;
  drive([&]() -> Task {
    for (int i = 0; i < 20; ++i) {
      Timer timer = after(1h);
      go([&]() -> Task { AWAIT work.send(i); });
      std::optional<int> value;
      if (AWAIT select(recv(work, value), recv(timer)) == 0 && value == i) ++values;
      if (timer.stop()) ++still_armed;
    }
  });
  EXPECT_EQ(values, 20);
  EXPECT_EQ(still_armed, 20);
}

TEST(Select, S9_a_send_case_gives_up_at_the_timeout_and_is_not_received_afterwards) {
  GAUNTLET_NEEDS_SELECT();
  VirtualTime time;
  int chosen = -1;
  TryRecv afterwards = TryRecv::kReceived;
  Channel<int> channel;
  drive([&]() -> Task {
    const Timer timer = after(5ms);
    WaitGroup over(1);
    go([&]() -> Task {
      chosen = AWAIT select(send(channel, 7), recv(timer));
      over.done();
    });
    while (parked_in_channels() != 2) AWAIT yield();
    time.advance(5ms);
    AWAIT over.wait();
    std::optional<int> value;
    afterwards = try_recv_from(channel, value);
  });
  EXPECT_EQ(chosen, 1);
  EXPECT_EQ(afterwards, TryRecv::kEmpty);
}

}  // namespace gauntlet::contract
