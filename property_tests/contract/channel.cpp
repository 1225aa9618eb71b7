// SPDX-License-Identifier: Apache-2.0
// Contract of channels, rule by rule: harness/contract/channel.md.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <vector>

#include "property_tests/contract/lane.hpp"

#define GAUNTLET_NEEDS_TRY(capacity) \
  if (!tries_at(capacity)) GTEST_SKIP() << "n/a (no try_send and try_recv at capacity " #capacity ")"
#define GAUNTLET_NEEDS_LENGTH(channel_type) \
  if (!kTellsLength<channel_type>) GTEST_SKIP() << "n/a (the channel has no len and cap)"

namespace gauntlet::contract {

TEST(Channel, C1_send_on_closed_panics) {
  for (const int capacity : {0, 1, 7}) {
    bool panicked = false;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      channel.close();
      try {
        AWAIT channel.send(1);
      } catch (const Panic&) {
        panicked = true;
      }
    });
    EXPECT_TRUE(panicked) << "capacity " << capacity;
  }
}

TEST(Channel, C1_send_on_unbuffered_waits_for_a_receiver) {
  bool receiving = false;  // Plain: a receive comes before the completion of its send (H4).
  bool seen = false;
  Channel<int> channel;
  drive([&]() -> Task {
    go([&]() -> Task {
      for (int turn = 0; turn < 20; ++turn) AWAIT yield();
      receiving = true;
      AWAIT channel.recv();
    });
    AWAIT channel.send(1);
    seen = receiving;
  });
  EXPECT_TRUE(seen);
}

TEST(Channel, C1_send_on_full_waits_until_one_is_taken) {
  bool taking = false;  // Plain: the k-th receive comes before the completion of send k + C (H5).
  bool seen = false;
  Channel<int> channel(3);
  drive([&]() -> Task {
    go([&]() -> Task {
      for (int turn = 0; turn < 20; ++turn) AWAIT yield();
      taking = true;
      AWAIT channel.recv();
    });
    for (int i = 0; i < 4; ++i) AWAIT channel.send(i);
    seen = taking;
    for (int i = 0; i < 3; ++i) AWAIT channel.recv();
  });
  EXPECT_TRUE(seen);
}

TEST(Channel, C2_recv_waits_for_a_sender) {
  for (const int capacity : {0, 1, 7}) {
    std::vector<int> got;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      go([&]() -> Task {
        for (int i = 0; i < 50; ++i) {
          for (UntilParked now(0, 1); !now.reached();) AWAIT yield();
          AWAIT channel.send(i);
        }
      });
      for (int i = 0; i < 50; ++i) {
        const auto value = AWAIT channel.recv();
        got.push_back(value.value_or(-1));
      }
    });
    ASSERT_EQ(got.size(), 50U);
    for (int i = 0; i < 50; ++i)
      EXPECT_EQ(got[static_cast<std::size_t>(i)], i) << "capacity " << capacity;
  }
}

TEST(Channel, C2_value_of_a_blocked_sender_enters_at_the_tail) {
  for (const int capacity : {0, 1, 3, 7}) {
    std::vector<int> got;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      go([&]() -> Task {
        for (int i = 0; i < capacity + 1; ++i) AWAIT channel.send(i);
      });
      for (UntilParked now(1, 0); !now.reached();) AWAIT yield();
      for (int i = 0; i < capacity + 1; ++i) {
        const auto value = AWAIT channel.recv();
        got.push_back(value.value_or(-1));
      }
    });
    ASSERT_EQ(got.size(), static_cast<std::size_t>(capacity) + 1);
    for (int i = 0; i < capacity + 1; ++i)
      EXPECT_EQ(got[static_cast<std::size_t>(i)], i) << "capacity " << capacity;
  }
}

TEST(Channel, C3_try_send_fills_the_buffer_and_then_says_full) {
  GAUNTLET_NEEDS_TRY(1);
  for (const int capacity : {0, 1, 3, 7}) {
    if (!tries_at(capacity)) continue;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      for (int i = 0; i < capacity; ++i) EXPECT_EQ(try_send_to(channel, i), TrySend::kSent);
      EXPECT_EQ(try_send_to(channel, 99), TrySend::kFull);
      AWAIT yield();
      EXPECT_EQ(try_send_to(channel, 99), TrySend::kFull);
    });
  }
}

TEST(Channel, C3_try_send_gives_the_value_to_a_receiver_that_waits) {
  GAUNTLET_NEEDS_TRY(1);
  for (const int capacity : {0, 1}) {
    if (!tries_at(capacity)) continue;
    int got = -1;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      go([&]() -> Task {
        const auto value = AWAIT channel.recv();
        got = value.value_or(-2);
      });
      for (UntilParked now(0, 1); !now.reached();) AWAIT yield();
      EXPECT_EQ(try_send_to(channel, 5), TrySend::kSent);
    });
    EXPECT_EQ(got, 5) << "capacity " << capacity;
  }
}

TEST(Channel, C3_try_send_keeps_the_value_when_it_says_full) {
  GAUNTLET_NEEDS_TRY(1);
  Channel<std::unique_ptr<int>> channel(1);
  drive([&]() -> Task {
    if constexpr (kTriesSend<Channel<std::unique_ptr<int>>>) {
      auto first = std::make_unique<int>(1);
      auto second = std::make_unique<int>(2);
      EXPECT_EQ(channel.try_send(first), TrySend::kSent);
      EXPECT_EQ(first, nullptr);
      EXPECT_EQ(channel.try_send(second), TrySend::kFull);
      EXPECT_TRUE(second != nullptr && *second == 2);
    }
    AWAIT yield();
  });
}

TEST(Channel, C3_try_send_on_closed_says_closed) {
  GAUNTLET_NEEDS_TRY(1);
  for (const int capacity : {0, 1}) {
    if (!tries_at(capacity)) continue;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      channel.close();
      EXPECT_EQ(try_send_to(channel, 1), TrySend::kClosed);
      AWAIT yield();
    });
  }
}

TEST(Channel, C4_try_recv_takes_the_head_or_says_empty) {
  GAUNTLET_NEEDS_TRY(1);
  for (const int capacity : {0, 1, 3}) {
    if (!tries_at(capacity)) continue;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      for (int i = 0; i < capacity; ++i) AWAIT channel.send(i);
      std::optional<int> value;
      for (int i = 0; i < capacity; ++i) {
        EXPECT_EQ(try_recv_from(channel, value), TryRecv::kReceived);
        EXPECT_EQ(value, i);
      }
      value.reset();
      EXPECT_EQ(try_recv_from(channel, value), TryRecv::kEmpty);
      EXPECT_FALSE(value.has_value());
    });
  }
}

TEST(Channel, C4_try_recv_takes_from_a_sender_that_waits) {
  GAUNTLET_NEEDS_TRY(0);
  Channel<int> channel;
  bool sent = false;
  drive([&]() -> Task {
    go([&]() -> Task {
      AWAIT channel.send(5);
      sent = true;
    });
    for (UntilParked now(1, 0); !now.reached();) AWAIT yield();
    std::optional<int> value;
    EXPECT_EQ(try_recv_from(channel, value), TryRecv::kReceived);
    EXPECT_EQ(value, 5);
  });
  EXPECT_TRUE(sent);
}

TEST(Channel, C4_try_recv_on_closed_drains_and_then_says_closed) {
  GAUNTLET_NEEDS_TRY(1);
  Channel<int> channel(3);
  drive([&]() -> Task {
    AWAIT channel.send(1);
    AWAIT channel.send(2);
    channel.close();
    std::optional<int> value;
    EXPECT_EQ(try_recv_from(channel, value), TryRecv::kReceived);
    EXPECT_EQ(value, 1);
    EXPECT_EQ(try_recv_from(channel, value), TryRecv::kReceived);
    EXPECT_EQ(value, 2);
    EXPECT_EQ(try_recv_from(channel, value), TryRecv::kClosed);
    EXPECT_EQ(try_recv_from(channel, value), TryRecv::kClosed);
  });
}

TEST(Channel, C6_len_counts_and_cap_stays) {
  GAUNTLET_NEEDS_LENGTH(Channel<int>);
  for (const int capacity : {0, 1, 3, 7}) {
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      EXPECT_EQ(cap_of(channel), capacity);
      for (int i = 0; i < capacity; ++i) {
        EXPECT_EQ(len_of(channel), i);
        AWAIT channel.send(i);
      }
      EXPECT_EQ(len_of(channel), capacity);
      if (capacity > 0) AWAIT channel.recv();
      EXPECT_EQ(len_of(channel), capacity > 0 ? capacity - 1 : 0);
      channel.close();
      EXPECT_EQ(len_of(channel), capacity > 0 ? capacity - 1 : 0);
      EXPECT_EQ(cap_of(channel), capacity);
    });
  }
}

TEST(Channel, C6_len_does_not_count_senders_that_wait) {
  GAUNTLET_NEEDS_LENGTH(Channel<int>);
  for (const int capacity : {0, 1}) {
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      go([&]() -> Task {
        for (int i = 0; i < capacity + 1; ++i) AWAIT channel.send(i);
      });
      for (UntilParked now(1, 0); !now.reached();) AWAIT yield();
      EXPECT_EQ(len_of(channel), capacity);
      for (int i = 0; i < capacity + 1; ++i) AWAIT channel.recv();
    });
  }
}

TEST(Channel, C8_values_arrive_in_the_order_sent) {
  for (const int capacity : {0, 1, 3, 127}) {
    constexpr int kValues = 1000;
    int misplaced = 0;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      go([&]() -> Task {
        for (int i = 0; i < kValues; ++i) AWAIT channel.send(i);
      });
      for (int i = 0; i < kValues; ++i) {
        const auto value = AWAIT channel.recv();
        if (value != i) ++misplaced;
      }
    });
    EXPECT_EQ(misplaced, 0) << "capacity " << capacity;
  }
}

// Whom a native channel has parked cannot be seen; on one worker the yields of UntilParked see to it.
TEST(Channel, C8_blocked_senders_are_served_in_their_order) {
  for (const int capacity : {0, 3}) {
    constexpr int kSenders = 20;
    std::vector<int> got;
    Channel<int> channel(capacity);
    drive_with(kNativeChannel ? 1 : workers(), [&]() -> Task {
      for (int i = 0; i < capacity; ++i) AWAIT channel.send(-1 - i);
      for (int i = 0; i < kSenders; ++i) {
        go([&channel, i]() -> Task { AWAIT channel.send(i); });
        for (UntilParked now(i + 1, 0); !now.reached();) AWAIT yield();
      }
      for (int i = 0; i < capacity; ++i) AWAIT channel.recv();
      for (int i = 0; i < kSenders; ++i) {
        const auto value = AWAIT channel.recv();
        got.push_back(value.value_or(-1));
      }
    });
    for (int i = 0; i < kSenders; ++i)
      EXPECT_EQ(got.at(static_cast<std::size_t>(i)), i) << "capacity " << capacity;
  }
}

TEST(Channel, C8_blocked_receivers_are_served_in_their_order) {
  for (const int capacity : {0, 3}) {
    constexpr int kReceivers = 20;
    std::vector<int> got(kReceivers, -1);
    Channel<int> channel(capacity);
    drive_with(kNativeChannel ? 1 : workers(), [&]() -> Task {
      for (int i = 0; i < kReceivers; ++i) {
        go([&channel, &got, i]() -> Task {
          const auto value = AWAIT channel.recv();
          got[static_cast<std::size_t>(i)] = value.value_or(-2);
        });
        for (UntilParked now(0, i + 1); !now.reached();) AWAIT yield();
      }
      for (int i = 0; i < kReceivers; ++i) AWAIT channel.send(i);
    });
    for (int i = 0; i < kReceivers; ++i)
      EXPECT_EQ(got[static_cast<std::size_t>(i)], i) << "capacity " << capacity;
  }
}

TEST(Channel, C8_every_value_goes_to_exactly_one_receiver) {
  constexpr int kValues = 1000;  // Each may cost a time slice where spinning workers outnumber the cores.
  constexpr int kReceivers = 8;
  for (const int capacity : {0, 1, 127}) {
    std::vector<std::atomic<int>> times(kValues);
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      for (int i = 0; i < kReceivers; ++i) {
        go([&]() -> Task {
          for (;;) {
            const auto value = AWAIT channel.recv();
            if (!value) break;
            times.at(static_cast<std::size_t>(*value)).fetch_add(1, std::memory_order_relaxed);
          }
        });
      }
      for (int i = 0; i < kValues; ++i) AWAIT channel.send(i);
      channel.close();
    });
    int wrong = 0;
    for (const auto& one : times)
      if (one.load(std::memory_order_relaxed) != 1) ++wrong;
    EXPECT_EQ(wrong, 0) << "capacity " << capacity;
  }
}

TEST(Channel, C9_capacity_n_holds_n) {
  for (const int capacity : {0, 1, 3, 7, 15, 127}) {
    std::atomic<int> sent{0};
    Channel<int> channel(capacity);
    drive_with(kNativeChannel ? 1 : workers(), [&]() -> Task {
      go([&]() -> Task {
        for (int i = 0; i < 2 * capacity + 2; ++i) {
          AWAIT channel.send(i);
          sent.fetch_add(1, std::memory_order_relaxed);
        }
      });
      for (UntilParked now(1, 0); !now.reached();) AWAIT yield();
      EXPECT_EQ(sent.load(std::memory_order_relaxed), capacity);
      for (int i = 0; i < 2 * capacity + 2; ++i) {
        const auto value = AWAIT channel.recv();
        EXPECT_EQ(value, i);
      }
    });
  }
}

TEST(Channel, C9_every_capacity_from_0_to_199_works) {
  for (int capacity = 0; capacity < 200; ++capacity) {
    if (!takes_capacity(capacity)) continue;
    std::vector<int> got;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      go([&]() -> Task {
        for (int i = 0; i < capacity + 5; ++i) AWAIT channel.send(i);
        channel.close();
      });
      for (;;) {
        const auto value = AWAIT channel.recv();
        if (!value) break;
        got.push_back(*value);
      }
    });
    ASSERT_EQ(got.size(), static_cast<std::size_t>(capacity) + 5) << "capacity " << capacity;
    for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], static_cast<int>(i));
  }
}

TEST(Channel, C9_negative_capacity_is_refused) {
  EXPECT_TRUE(panics([] { const Channel<int> channel(-1); }));
  EXPECT_TRUE(panics([] { const Channel<int> channel(std::numeric_limits<std::int64_t>::min()); }));
}

TEST(Channel, C9_absurd_capacity_is_refused) {
  for (const std::int64_t capacity :
       {std::numeric_limits<std::int64_t>::max(), (std::int64_t{1} << 62) - 1}) {
    EXPECT_TRUE(panics([&] { const Channel<std::int64_t> channel(capacity); })) << capacity;
  }
}

TEST(Channel, C10_any_number_may_send_receive_ask_and_close_at_once) {
  constexpr int kEach = 4;
  constexpr int kValues = 500;
  for (const int capacity : {0, 1, 7}) {
    std::atomic<int> received{0};
    std::atomic<bool> over{false};
    Channel<int> channel(capacity);
    WaitGroup senders(kEach);
    drive([&]() -> Task {
      for (int i = 0; i < kEach; ++i) {
        go([&]() -> Task {
          for (int n = 0; n < kValues; ++n) AWAIT channel.send(n);
          senders.done();
        });
        go([&]() -> Task {
          for (;;) {
            const auto value = AWAIT channel.recv();
            if (!value) break;
            received.fetch_add(1, std::memory_order_relaxed);
          }
        });
      }
      go([&]() -> Task {
        while (!over.load(std::memory_order_relaxed)) {
          const auto len = len_of(channel);
          EXPECT_LE(len, capacity);
          EXPECT_EQ(cap_of(channel), kTellsLength<Channel<int>> ? capacity : -1);
          AWAIT yield();
        }
      });
      AWAIT senders.wait();
      channel.close();
      over.store(true, std::memory_order_relaxed);
    });
    EXPECT_EQ(received.load(std::memory_order_relaxed), kEach * kValues) << "capacity " << capacity;
  }
}

}  // namespace gauntlet::contract
