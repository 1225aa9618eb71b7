// SPDX-License-Identifier: Apache-2.0
// Contract of close and range, and of what happens to those who wait: harness/contract/channel.md.
#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "property_tests/contract/counted.hpp"
#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(Channel, C5_close_wakes_every_receiver) {
  for (const int capacity : {0, 1, 7}) {
    constexpr int kReceivers = 20;
    std::atomic<int> woken{0};
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      for (int i = 0; i < kReceivers; ++i) {
        go([&]() -> Task {
          const auto value = AWAIT channel.recv();
          if (!value) woken.fetch_add(1, std::memory_order_relaxed);
        });
      }
      for (UntilParked now(0, kReceivers); !now.reached();) AWAIT yield();
      channel.close();
    });
    EXPECT_EQ(woken.load(std::memory_order_relaxed), kReceivers) << "capacity " << capacity;
  }
}

TEST(Channel, C5_close_makes_blocked_senders_panic) {
  for (const int capacity : {0, 1, 7}) {
    constexpr int kSenders = 10;
    std::atomic<int> panicked{0};
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      for (int i = 0; i < capacity; ++i) AWAIT channel.send(i);
      for (int i = 0; i < kSenders; ++i) {
        go([&]() -> Task {
          try {
            AWAIT channel.send(99);
          } catch (const Panic&) {
            panicked.fetch_add(1, std::memory_order_relaxed);
          }
        });
      }
      for (UntilParked now(kSenders, 0); !now.reached();) AWAIT yield();
      channel.close();
    });
    EXPECT_EQ(panicked.load(std::memory_order_relaxed), kSenders) << "capacity " << capacity;
  }
}

TEST(Channel, C5_close_keeps_buffered_values) {
  std::vector<int> got;
  bool ended = false;
  Channel<int> channel(7);
  drive([&]() -> Task {
    for (int i = 0; i < 5; ++i) AWAIT channel.send(i);
    channel.close();
    for (int i = 0; i < 5; ++i) {
      const auto value = AWAIT channel.recv();
      got.push_back(value.value_or(-1));
    }
    const auto nothing = AWAIT channel.recv();
    ended = !nothing;
  });
  EXPECT_EQ(got, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(ended);
}

TEST(Channel, C5_close_of_closed_panics) {
  for (const int capacity : {0, 1}) {
    bool panicked = false;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      channel.close();
      panicked = panics([&] { channel.close(); });
      AWAIT yield();
    });
    EXPECT_TRUE(panicked) << "capacity " << capacity;
  }
}

TEST(Channel, C5_of_many_closers_one_wins_and_the_others_panic) {
  constexpr int kClosers = 8;
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> panicked{0};
    Channel<int> channel(1);
    drive([&]() -> Task {
      for (int i = 0; i < kClosers; ++i) {
        go([&]() -> Task {
          AWAIT yield();
          if (panics([&] { channel.close(); })) panicked.fetch_add(1, std::memory_order_relaxed);
        });
      }
      const auto nothing = AWAIT channel.recv();
      EXPECT_FALSE(nothing.has_value());
    });
    ASSERT_EQ(panicked.load(std::memory_order_relaxed), kClosers - 1);
  }
}

TEST(Channel, C5_receive_after_close_never_waits) {
  for (const int capacity : {0, 3}) {
    int nothings = 0;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      channel.close();
      for (int i = 0; i < 100; ++i) {
        const auto value = AWAIT channel.recv();
        if (!value) ++nothings;
      }
    });
    EXPECT_EQ(nothings, 100) << "capacity " << capacity;
  }
}

TEST(Channel, C7_range_drains_after_close) {
  for (const int capacity : {0, 1, 7}) {
    std::vector<int> got;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      go([&]() -> Task {
        for (int i = 0; i < 20; ++i) AWAIT channel.send(i);
        channel.close();
      });
      AWAIT range(channel, [&](int value) { got.push_back(value); });
    });
    ASSERT_EQ(got.size(), 20U) << "capacity " << capacity;
    for (int i = 0; i < 20; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], i);
  }
}

TEST(Channel, C7_range_over_closed_and_empty_ends_at_once) {
  int values = 0;
  Channel<int> channel(3);
  drive([&]() -> Task {
    channel.close();
    AWAIT range(channel, [&](int) { ++values; });
  });
  EXPECT_EQ(values, 0);
}

TEST(Channel, C12_value_of_a_sender_that_is_gone_is_never_received) {
  constexpr int kSenders = 10;
  std::atomic<int> invented{0};
  {
    Channel<Counted> channel;
    WaitGroup gone(kSenders);
    drive([&]() -> Task {
      for (int i = 0; i < kSenders; ++i) {
        go([&, i]() -> Task {
          try {
            AWAIT channel.send(Counted(i));
          } catch (const Panic&) {
          }
          gone.done();
        });
      }
      for (UntilParked now(kSenders, 0); !now.reached();) AWAIT yield();
      channel.close();
      AWAIT gone.wait();
      for (int i = 0; i < kSenders; ++i) {
        const auto value = AWAIT channel.recv();
        if (value) invented.fetch_add(1, std::memory_order_relaxed);
      }
    });
  }
  EXPECT_EQ(invented.load(std::memory_order_relaxed), 0);
  EXPECT_EQ(Counted::alive(), 0);
}

TEST(Channel, C12_sender_frame_may_go_as_soon_as_its_value_is_taken) {
  constexpr int kRounds = 300;
  int wrong = 0;
  Channel<Counted> channel;
  drive([&]() -> Task {
    for (int i = 0; i < kRounds; ++i) {
      go([&channel, i]() -> Task { AWAIT channel.send(Counted(i)); });
      const auto value = AWAIT channel.recv();
      if (!value || value->number() != i) ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Counted::alive(), 0);
}

TEST(Channel, C12_close_races_with_senders_and_no_value_is_both_sent_and_refused) {
  constexpr int kSenders = 6;
  for (int round = 0; round < at_most(100, 40); ++round) {
    std::atomic<int> refused{0};
    std::atomic<int> sent{0};
    int received = 0;
    {
      Channel<Counted> channel(round % 2 == 0 ? 0 : 3);
      drive([&]() -> Task {
        for (int i = 0; i < kSenders; ++i) {
          go([&, i]() -> Task {
            try {
              AWAIT channel.send(Counted(i));
              sent.fetch_add(1, std::memory_order_relaxed);
            } catch (const Panic&) {
              refused.fetch_add(1, std::memory_order_relaxed);
            }
          });
        }
        go([&]() -> Task {
          for (int turn = 0; turn < round % 5; ++turn) AWAIT yield();
          channel.close();
        });
        for (;;) {
          const auto value = AWAIT channel.recv();
          if (!value) break;
          ++received;
        }
      });
    }
    ASSERT_EQ(received, sent.load(std::memory_order_relaxed)) << "round " << round;
    ASSERT_EQ(sent.load(std::memory_order_relaxed) + refused.load(std::memory_order_relaxed),
              kSenders);
    ASSERT_EQ(Counted::alive(), 0);
  }
}

TEST(Channel, C13_close_wakes_thousands) {
  const int count = at_most(5'000, 500);
  std::atomic<int> woken{0};
  Channel<int> channel;
  drive([&]() -> Task {
    for (int i = 0; i < count; ++i) {
      go([&]() -> Task {
        const auto value = AWAIT channel.recv();
        if (!value) woken.fetch_add(1, std::memory_order_relaxed);
      });
    }
    for (UntilParked now(0, count); !now.reached();) AWAIT yield();
    channel.close();
  });
  EXPECT_EQ(woken.load(std::memory_order_relaxed), count);
}

}  // namespace gauntlet::contract
