// SPDX-License-Identifier: Apache-2.0
// The bug museum: bugs that other channel libraries shipped, each as the smallest scene that shows it, on
// every lane. Where they come from: property_tests/museum/README.md.
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {
namespace {

// On the heap: a dead one cannot pass for a live one.
std::string long_text(int number) { return std::string(200, 'x') + std::to_string(number); }

}  // namespace

// A queue whose try_push filled a slot without a look at who sleeps in pop.
TEST(Museum, C3_a_value_that_is_tried_wakes_the_receiver_that_waits) {
  if (!tries_at(1)) GTEST_SKIP() << "n/a (no try_send and try_recv at capacity 1)";
  int got = 0;
  Channel<int> channel(1);
  drive([&]() -> Task {
    go([&]() -> Task {
      for (int i = 0; i < 50; ++i) {
        const auto value = AWAIT channel.recv();
        if (value == i) ++got;
      }
    });
    for (int i = 0; i < 50; ++i) {
      for (UntilParked now(0, 1); !now.reached();) AWAIT yield();
      while (try_send_to(channel, i) != TrySend::kSent) AWAIT yield();
    }
  });
  EXPECT_EQ(got, 50);
}

// A push that stayed asleep although its value had been taken.
TEST(Museum, C1_a_send_returns_when_its_value_is_taken) {
  for (const int capacity : {0, 1}) {
    std::atomic<int> returned{0};
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      for (int i = 0; i < 20; ++i) {
        go([&]() -> Task {
          AWAIT channel.send(1);
          returned.fetch_add(1, std::memory_order_relaxed);
        });
      }
      for (int i = 0; i < 20; ++i) AWAIT channel.recv();
    });
    EXPECT_EQ(returned.load(std::memory_order_relaxed), 20) << "capacity " << capacity;
  }
}

// Boost.Fiber 1.81, unbuffered_channel: pop() after close() reads the frame of a sender that has left.
TEST(Museum, C12_nothing_is_received_of_a_sender_that_is_gone) {
  bool nothing = false;
  Channel<std::string> channel;
  WaitGroup gone(1);
  drive([&]() -> Task {
    go([&]() -> Task {
      try {
        AWAIT channel.send(long_text(1));
      } catch (const Panic&) {
      }
      gone.done();
    });
    for (UntilParked now(1, 0); !now.reached();) AWAIT yield();
    channel.close();
    AWAIT gone.wait();
    const auto value = AWAIT channel.recv();
    nothing = !value;
  });
  EXPECT_TRUE(nothing);
}

// Boost.Fiber 1.81, unbuffered_channel: push() says closed of a value that a receiver has.
TEST(Museum, C12_a_value_that_was_received_was_sent) {
  for (int round = 0; round < 100; ++round) {
    bool refused = false;
    Channel<int> channel;
    drive([&]() -> Task {
      go([&]() -> Task {
        try {
          AWAIT channel.send(1);
        } catch (const Panic&) {
          refused = true;
        }
      });
      const auto value = AWAIT channel.recv();
      EXPECT_EQ(value, 1);
      channel.close();
    });
    ASSERT_FALSE(refused) << "round " << round;
  }
}

// A spinlock held while its holder yielded: the next on that worker spun for ever.
TEST(Museum, R6_goroutines_that_yield_between_their_calls_do_not_starve_their_worker) {
  constexpr int kCalls = 200;
  std::atomic<int> received{0};
  Channel<int> channel(1);
  drive_with(1, [&]() -> Task {
    for (int i = 0; i < 8; ++i) {
      go([&]() -> Task {
        for (int call = 0; call < kCalls; ++call) {
          AWAIT channel.send(call);
          AWAIT yield();
        }
      });
      go([&]() -> Task {
        for (int call = 0; call < kCalls; ++call) {
          AWAIT yield();
          const auto value = AWAIT channel.recv();
          if (value) received.fetch_add(1, std::memory_order_relaxed);
        }
      });
    }
    AWAIT yield();
  });
  EXPECT_EQ(received.load(std::memory_order_relaxed), 8 * kCalls);
}

// A hand-off slot without an owner: of two senders at once, one overwrote the other's value.
TEST(Museum, C8_two_senders_never_use_one_hand_off_slot) {
  constexpr int kSenders = 4;
  constexpr int kEach = 250;
  std::vector<int> times(kSenders * kEach, 0);
  Channel<int> channel;
  drive([&]() -> Task {
    for (int sender = 0; sender < kSenders; ++sender) {
      go([&channel, sender]() -> Task {
        for (int i = 0; i < kEach; ++i) AWAIT channel.send(sender * kEach + i);
      });
    }
    for (int i = 0; i < kSenders * kEach; ++i) {
      const auto value = AWAIT channel.recv();
      if (value) ++times.at(static_cast<std::size_t>(*value));
    }
  });
  EXPECT_EQ(times, std::vector<int>(kSenders * kEach, 1));
}

// "Is there room?" and "put it in" as two steps: several senders saw the same room.
TEST(Museum, C9_senders_at_once_do_not_exceed_the_capacity) {
  if (!tries_at(3)) GTEST_SKIP() << "n/a (no try_send and try_recv at capacity 3)";
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> sent{0};
    Channel<int> channel(3);
    drive([&]() -> Task {
      for (int i = 0; i < 8; ++i) {
        go([&]() -> Task {
          AWAIT yield();
          if (try_send_to(channel, 1) == TrySend::kSent) sent.fetch_add(1, std::memory_order_relaxed);
        });
      }
      AWAIT yield();
    });
    ASSERT_EQ(sent.load(std::memory_order_relaxed), 3) << "round " << round;
  }
}

// Boost.Asio 1.81, experimental::channel: close() throws away what is buffered.
TEST(Museum, C5_close_keeps_what_is_buffered) {
  int received = 0;
  Channel<std::string> channel(3);
  drive([&]() -> Task {
    for (int i = 0; i < 3; ++i) AWAIT channel.send(long_text(i));
    channel.close();
    for (int i = 0; i < 3; ++i) {
      const auto value = AWAIT channel.recv();
      if (value == long_text(i)) ++received;
    }
  });
  EXPECT_EQ(received, 3);
}

// A select that waited on two channels was woken by one and stayed in the queue of the other.
TEST(Museum, S1_a_select_that_lost_leaves_no_waiter_behind) {
  GAUNTLET_NEEDS_SELECT();
  int got = 0;
  Channel<int> a;
  Channel<int> b;
  drive([&]() -> Task {
    for (int round = 0; round < 50; ++round) {
      WaitGroup chosen(1);
      go([&]() -> Task {
        AWAIT select(recv(a), recv(b));
        chosen.done();
      });
      for (UntilParked now(0, 1); !now.reached();) AWAIT yield();
      AWAIT b.send(1);
      AWAIT chosen.wait();
      if (try_send_to(a, 2) == TrySend::kFull) ++got;  // To whom would it go?
    }
  });
  EXPECT_EQ(got, 50);
}

// A select whose channel closed while it waited slept on.
TEST(Museum, S8_a_select_that_waits_hears_of_a_close) {
  GAUNTLET_NEEDS_SELECT();
  int heard = -1;
  std::optional<int> value = 7;
  Channel<int> a;
  Channel<int> b;
  drive([&]() -> Task {
    go([&]() -> Task { heard = AWAIT select(recv(a), recv(b, value)); });
    for (UntilParked now(0, 1); !now.reached();) AWAIT yield();
    b.close();
  });
  EXPECT_EQ(heard, 1);
  EXPECT_FALSE(value.has_value());
}

// A timeout that came between a wake-up and the one who was woken: it left with the timeout, the value was lost.
TEST(Museum, S9_a_timeout_that_races_with_a_value_loses_nothing) {
  GAUNTLET_NEEDS_SELECT();
  VirtualTime time;
  int sent = 0;
  int received = 0;
  int timeouts = 0;
  constexpr int kRounds = 100;
  Channel<int> channel;
  drive([&]() -> Task {
    for (int round = 0; round < kRounds; ++round) {
      std::optional<int> value;
      int chosen = -1;
      Timer timer = after(1ms);
      WaitGroup over(2);
      go([&]() -> Task {
        chosen = AWAIT select(recv(channel, value), recv(timer));
        over.done();
      });
      while (parked_in_channels() != 2) AWAIT yield();
      go([&, round]() -> Task {
        if (round % 3 == 0) AWAIT yield();
        if (try_send_to(channel, round) == TrySend::kSent) ++sent;
        over.done();
      });
      if (round % 2 == 0) AWAIT yield();
      time.jump(1ms);
      AWAIT over.wait();
      if (chosen == 0 && value == round) ++received;
      if (chosen == 1 && !value) ++timeouts;
    }
  });
  EXPECT_EQ(received, sent);
  EXPECT_EQ(received + timeouts, kRounds);
}

// A select that asked its channels one after the other: a value that moved on meanwhile was in none of them.
TEST(Museum, S5_a_select_judges_all_of_its_channels_at_one_instant) {
  GAUNTLET_NEEDS_SELECT();
  int defaults = 0;
  for (int round = 0; round < at_most(500, 400); ++round) {
    Channel<int> a(1);
    Channel<int> b(1);
    std::atomic<bool> begun{false};
    drive([&]() -> Task {
      AWAIT a.send(1);
      go([&]() -> Task {
        begun.store(true, std::memory_order_relaxed);  // relaxed: only brings the two together in time.
        if (AWAIT select(recv(b), recv(a), otherwise) == 2) ++defaults;
      });
      while (!begun.load(std::memory_order_relaxed)) AWAIT yield();
      AWAIT b.send(1);  // At every instant one of them has a value: b is filled before a is emptied.
      AWAIT select(recv(a), otherwise);
    });
  }
  EXPECT_EQ(defaults, 0);
}

}  // namespace gauntlet::contract
