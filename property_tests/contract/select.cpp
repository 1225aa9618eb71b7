// SPDX-License-Identifier: Apache-2.0
// Contract of select, rule by rule: harness/contract/channel.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "property_tests/contract/for_ever.hpp"
#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {
namespace {

bool nobody_waits() { return WaitPlace::describe_all().find("channel (") == std::string::npos; }

}  // namespace

TEST(Select, S1_a_value_that_waits_is_received_and_the_other_channel_is_untouched) {
  GAUNTLET_NEEDS_SELECT();
  for (const int capacity : {0, 3}) {
    std::optional<int> got;
    std::optional<std::string> none;
    Channel<int> full(capacity);
    Channel<std::string> empty(capacity);
    drive([&]() -> Task {
      go([&]() -> Task { AWAIT full.send(5); });
      const int chosen = AWAIT select(recv(empty, none), recv(full, got));
      EXPECT_EQ(chosen, 1);
    });
    EXPECT_EQ(got, 5);
    EXPECT_FALSE(none.has_value());
  }
}

TEST(Select, S1_a_select_that_waits_is_woken_by_whoever_comes_first) {
  GAUNTLET_NEEDS_SELECT();
  for (int through = 0; through < 4; ++through) {
    Channel<int> a;
    Channel<std::string> b(2);
    Channel<int> c;
    Channel<int> d(1);
    drive([&]() -> Task {
      AWAIT d.send(0);  // Full: the send case has to wait.
      go([&]() -> Task {
        std::optional<int> number;
        std::optional<std::string> word;
        switch (AWAIT select(recv(a, number), recv(b, word), send(c, 30), send(d, 40))) {
          case 0:
            EXPECT_TRUE(through == 0 && number == 10);
            break;
          case 1:
            EXPECT_TRUE(through == 1 && word == "twenty");
            break;
          case 2:
            EXPECT_EQ(through, 2);
            break;
          default:
            EXPECT_EQ(through, 3);
        }
        EXPECT_TRUE(nobody_waits());
      });
      while (!waits_in("channel (len 1, cap 1", 1)) AWAIT yield();
      if (through == 0) AWAIT a.send(10);
      if (through == 1) AWAIT b.send("twenty");
      if (through == 2) {
        const auto got = AWAIT c.recv();
        EXPECT_EQ(got, 30);
      }
      if (through == 3) {
        const auto first = AWAIT d.recv();
        const auto second = AWAIT d.recv();
        EXPECT_TRUE(first == 0 && second == 40);
      }
    });
  }
}

TEST(Select, S1_losers_leave_no_trace) {
  GAUNTLET_NEEDS_SELECT();
  Channel<int> a;
  Channel<int> b;
  Channel<int> c;
  drive([&]() -> Task {
    for (int round = 0; round < 200; ++round) {
      go([&]() -> Task { AWAIT b.send(1); });
      AWAIT select(recv(a), recv(b), send(c, 1));
      // A stale case would take one of these, and hand a value to nobody.
      EXPECT_EQ(try_send_to(a, 2), TrySend::kFull);
      EXPECT_EQ(try_send_to(b, 2), TrySend::kFull);
      std::optional<int> value;
      EXPECT_EQ(try_recv_from(c, value), TryRecv::kEmpty);
      EXPECT_TRUE(nobody_waits());
    }
  });
}

TEST(Select, S1_exactly_one_of_two_sends_commits) {
  GAUNTLET_NEEDS_SELECT();
  const int rounds = at_most(5'000, 1'000);
  int received = 0;
  Channel<int> a;
  Channel<int> b;
  Channel<int> merged;
  std::atomic<int> open{2};
  drive([&]() -> Task {
    go([&]() -> Task {
      for (int i = 0; i < rounds; ++i) AWAIT select(send(a, i), send(b, i));
      a.close();
      b.close();
    });
    for (Channel<int>* from : {&a, &b}) {
      go([&, from]() -> Task {
        for (;;) {
          const auto value = AWAIT from->recv();
          if (!value) break;
          AWAIT merged.send(*value);
        }
        if (open.fetch_sub(1, std::memory_order_acq_rel) == 1) merged.close();
      });
    }
    // Each number comes once, though the two forwarders may overtake each other.
    std::vector<int> times(static_cast<std::size_t>(rounds), 0);
    for (;;) {
      const auto value = AWAIT merged.recv();
      if (!value) break;
      if (++times.at(static_cast<std::size_t>(*value)) == 1) ++received;
    }
    for (const int one : times) EXPECT_EQ(one, 1);
  });
  EXPECT_EQ(received, rounds);
}

TEST(Select, S2_the_choice_among_the_ready_is_uniform) {
  GAUNTLET_NEEDS_SELECT();
  constexpr int kTrials = 10'000;
  constexpr int kCases = 4;
  std::array<int, kCases> times{};
  std::deque<Channel<int>> ready;
  for (int i = 0; i < kCases; ++i) ready.emplace_back(1);
  Channel<int> never;
  drive([&]() -> Task {
    for (auto& channel : ready) AWAIT channel.send(0);
    for (int trial = 0; trial < kTrials; ++trial) {
      const int chosen = AWAIT select(recv(ready[0]), recv(never), recv(ready[1]), send(never, 1),
                                      recv(ready[2]), recv(ready[3]));
      constexpr std::array<std::size_t, 6> kWhich{0, 9, 1, 9, 2, 3};
      const std::size_t which = kWhich.at(static_cast<std::size_t>(chosen));
      ++times.at(which);
      AWAIT ready[which].send(0);
    }
  });
  // 4.89 sigma: a uniform choice fails once in a million runs.
  const double expected = double{kTrials} / kCases;
  const double sigma = std::sqrt(expected * (1.0 - 1.0 / kCases));
  for (const int one : times) EXPECT_NEAR(one, expected, 4.89 * sigma);
}

TEST(Select, S3_the_default_is_chosen_when_nothing_is_ready) {
  GAUNTLET_NEEDS_SELECT();
  for (const int capacity : {0, 2}) {
    Channel<int> in(capacity);
    Channel<int> out(capacity);
    drive([&]() -> Task {
      for (int i = 0; i < capacity; ++i) AWAIT out.send(i);
      int chosen = AWAIT select(recv(in), send(out, 1), otherwise);
      EXPECT_EQ(chosen, 2);
      AWAIT yield();
      chosen = AWAIT select(recv(in), send(out, 1), otherwise);
      EXPECT_EQ(chosen, 2);
      EXPECT_TRUE(nobody_waits());
    });
  }
}

TEST(Select, S3_the_default_is_not_chosen_when_something_is_ready) {
  GAUNTLET_NEEDS_SELECT();
  Channel<int> buffered(1);
  Channel<int> bare;
  drive([&]() -> Task {
    for (int i = 0; i < 100; ++i) {
      int chosen = AWAIT select(recv(bare), send(buffered, i), otherwise);
      EXPECT_EQ(chosen, 1);
      std::optional<int> got;
      chosen = AWAIT select(recv(buffered, got), send(bare, i), otherwise);
      EXPECT_EQ(chosen, 0);
      EXPECT_EQ(got, i);
    }
    go([&]() -> Task { AWAIT bare.send(7); });
    for (UntilParked now(1, 0); !now.reached();) AWAIT yield();
    std::optional<int> got;
    int chosen = AWAIT select(recv(bare, got), otherwise);
    EXPECT_TRUE(chosen == 0 && got == 7);
    go([&]() -> Task {
      const auto value = AWAIT bare.recv();
      EXPECT_EQ(value, 8);
    });
    for (UntilParked now(0, 1); !now.reached();) AWAIT yield();
    chosen = AWAIT select(send(bare, 8), otherwise);
    EXPECT_EQ(chosen, 0);
  });
}

TEST(Select, S4_without_a_case_it_waits_for_ever) {
  GAUNTLET_NEEDS_SELECT();
  expect_to_wait_for_ever([]() -> Task { AWAIT select(); });
}

TEST(Select, S4_with_nil_channels_only_it_waits_for_ever) {
  GAUNTLET_NEEDS_SELECT();
  expect_to_wait_for_ever([]() -> Task {
    const ReceiveChannel<int> in;
    const SendChannel<std::string> out;
    AWAIT select(recv(in), send(out, "x"), recv(in));
  });
  expect_to_wait_for_ever([]() -> Task {
    CaseList none;
    AWAIT select(none);
  });
}

TEST(Select, S4_a_nil_channel_is_never_chosen) {
  GAUNTLET_NEEDS_SELECT();
  ReceiveChannel<int> in;
  SendChannel<int> out;
  Channel<int> channel(1);
  drive([&]() -> Task {
    for (int i = 0; i < 50; ++i) {
      int chosen = AWAIT select(recv(in), send(out, 1), otherwise);
      EXPECT_EQ(chosen, 2);
      chosen = AWAIT select(recv(in), send(channel, 1), send(out, 1));
      EXPECT_EQ(chosen, 1);
      go([&]() -> Task { AWAIT channel.send(2); });
      std::optional<int> first;
      std::optional<int> second;
      AWAIT select(recv(in), recv(channel, first));
      AWAIT select(recv(channel, second), send(out, 1));
      EXPECT_TRUE(first == 1 && second == 2);
    }
  });
}

TEST(Select, S6_one_channel_may_stand_in_several_cases) {
  GAUNTLET_NEEDS_SELECT();
  constexpr int kTrials = 10'000;
  std::array<int, 3> times{};
  Channel<int> channel(1);
  drive([&]() -> Task {
    for (int i = 0; i < kTrials; ++i) {
      AWAIT channel.send(i);
      std::array<std::optional<int>, 3> got;
      const int chosen =
          AWAIT select(recv(channel, got[0]), recv(channel, got[1]), recv(channel, got[2]));
      ++times.at(static_cast<std::size_t>(chosen));
      for (int each = 0; each < 3; ++each)
        EXPECT_EQ(got.at(static_cast<std::size_t>(each)).has_value(), each == chosen);
    }
    // And when it has to wait.
    for (int i = 0; i < 100; ++i) {
      go([&]() -> Task { AWAIT channel.send(i); });
      std::array<std::optional<int>, 2> got;
      const int chosen = AWAIT select(recv(channel, got[0]), recv(channel, got[1]));
      EXPECT_EQ(got.at(static_cast<std::size_t>(chosen)), i);
      EXPECT_TRUE(nobody_waits());
    }
  });
  const double expected = kTrials / 3.0;
  const double sigma = std::sqrt(expected * (2.0 / 3.0));
  for (const int one : times) EXPECT_NEAR(one, expected, 4.89 * sigma);
}

TEST(Select, S6_it_never_pairs_with_itself) {
  GAUNTLET_NEEDS_SELECT();
  Channel<int> channel;
  drive([&]() -> Task {
    std::optional<int> got;
    int chosen = AWAIT select(send(channel, 1), recv(channel, got), otherwise);
    EXPECT_EQ(chosen, 2);
    go([&]() -> Task {
      std::optional<int> mine;
      const int which = AWAIT select(send(channel, 1), recv(channel, mine));
      EXPECT_TRUE(which == 1 && mine == 2);
      EXPECT_TRUE(nobody_waits());
    });
    for (UntilParked now(1, 1); !now.reached();) AWAIT yield();
    for (int turn = 0; turn < 20; ++turn) AWAIT yield();
    EXPECT_FALSE(nobody_waits());
    AWAIT channel.send(2);
  });
}

TEST(Select, S7_channels_and_values_are_evaluated_once_in_source_order_before_it_waits) {
  GAUNTLET_NEEDS_SELECT();
  std::string trace;
  Channel<int> a;
  Channel<int> b;
  drive([&]() -> Task {
    const auto channel = [&](const char* name, Channel<int>& which) -> Channel<int>& {
      trace += name;
      return which;
    };
    const auto value = [&](const char* name, int number) {
      trace += name;
      return number;
    };
    go([&]() -> Task {
      while (!waits_in("channel (", 1)) AWAIT yield();
      trace += "w";
      const auto got = AWAIT b.recv();
      EXPECT_EQ(got, 3);
    });
    std::optional<int> got;
    AWAIT select(Cases{Recv{channel("a", a), got}, Send{channel("b", a), value("1", 1)},
                       Recv{channel("c", b)}, Send{channel("d", b), value("3", 3)}});
  });
  EXPECT_EQ(trace, "ab1cd3w");
}

TEST(Select, S7_a_value_is_taken_before_it_waits) {
  GAUNTLET_NEEDS_SELECT();
  Channel<std::string> channel;
  std::string word = "before";
  std::optional<std::string> got;
  drive([&]() -> Task {
    go([&]() -> Task { AWAIT select(send(channel, word)); });
    for (UntilParked now(1, 0); !now.reached();) AWAIT yield();
    word = "after";
    got = AWAIT channel.recv();
  });
  EXPECT_EQ(got, "before");
}

TEST(Select, S8_a_closed_channel_makes_its_receive_case_ready) {
  GAUNTLET_NEEDS_SELECT();
  Channel<int> open;
  Channel<int> closed(2);
  drive([&]() -> Task {
    AWAIT closed.send(1);
    closed.close();
    std::optional<int> got;
    int chosen = AWAIT select(recv(open), recv(closed, got));
    EXPECT_TRUE(chosen == 1 && got == 1);
    for (int i = 0; i < 10; ++i) {
      got = 9;
      chosen = AWAIT select(recv(open), recv(closed, got), otherwise);
      EXPECT_TRUE(chosen == 1 && !got);
    }
  });
}

TEST(Select, S8_close_wakes_a_select_that_waits_to_receive) {
  GAUNTLET_NEEDS_SELECT();
  Channel<int> a;
  Channel<int> b;
  std::atomic<int> woken{0};
  drive([&]() -> Task {
    for (int i = 0; i < 10; ++i) {
      go([&]() -> Task {
        std::optional<int> got = 9;
        const int chosen = AWAIT select(recv(a), recv(b, got), recv(b, got));
        if (chosen != 0 && !got) woken.fetch_add(1, std::memory_order_relaxed);
      });
    }
    for (UntilParked now(0, 10); !now.reached();) AWAIT yield();
    b.close();
  });
  EXPECT_EQ(woken.load(std::memory_order_relaxed), 10);
  EXPECT_TRUE(nobody_waits());
}

TEST(Select, S8_a_send_case_on_a_closed_channel_panics) {
  GAUNTLET_NEEDS_SELECT();
  Channel<int> open;
  Channel<int> closed(1);
  int panicked = 0;
  drive([&]() -> Task {
    closed.close();
    try {
      AWAIT select(recv(open), send(closed, 1));
    } catch (const Panic&) {
      ++panicked;
    }
    try {
      AWAIT select(send(closed, 1), recv(open), otherwise);
    } catch (const Panic&) {
      ++panicked;
    }
    EXPECT_TRUE(nobody_waits());
  });
  EXPECT_EQ(panicked, 2);
}

TEST(Select, S8_close_makes_a_send_case_that_waits_panic_and_leaves_no_trace) {
  GAUNTLET_NEEDS_SELECT();
  Channel<int> other;
  std::atomic<int> panicked{0};
  for (const int capacity : {0, 1}) {
    Channel<int> closed(capacity);
    drive([&]() -> Task {
      for (int i = 0; i < capacity; ++i) AWAIT closed.send(i);
      for (int i = 0; i < 5; ++i) {
        go([&]() -> Task {
          try {
            AWAIT select(recv(other), send(closed, 1), send(other, 1));
          } catch (const Panic&) {
            panicked.fetch_add(1, std::memory_order_relaxed);
          }
        });
        // One at a time: two of them would meet in `other`.
        for (UntilParked now(1, 1); !now.reached();) AWAIT yield();
        if (i == 4) break;
        AWAIT select(recv(other), send(other, 2));
      }
      closed.close();
    });
    EXPECT_TRUE(nobody_waits());
  }
  EXPECT_EQ(panicked.load(std::memory_order_relaxed), 2);
}

TEST(Select, S1_a_list_of_cases_made_while_running_is_a_select_like_any_other) {
  GAUNTLET_NEEDS_SELECT();
  constexpr int kChannels = 100;
  std::deque<Channel<int>> channels;
  for (int i = 0; i < kChannels; ++i) channels.emplace_back(i % 3);
  Channel<std::string> words(1);
  std::vector<int> got;
  drive([&]() -> Task {
    CaseList cases;
    std::optional<int> value;
    for (auto& channel : channels) cases.add(recv(channel, value));
    int chosen = AWAIT select(cases, otherwise);
    EXPECT_EQ(chosen, kChannels);
    for (int i = 0; i < kChannels; ++i) {
      go([&, i]() -> Task { AWAIT channels[static_cast<std::size_t>(i)].send(i); });
    }
    for (int i = 0; i < kChannels; ++i) {
      chosen = AWAIT select(cases);
      EXPECT_EQ(value, chosen);
      got.push_back(chosen);
    }
    cases.set(7, send(words, "seven"));
    chosen = AWAIT select(cases, otherwise);
    EXPECT_EQ(chosen, 7);
    cases.clear();
    std::optional<std::string> word;
    cases.add(recv(words, word));
    chosen = AWAIT select(cases);
    EXPECT_TRUE(chosen == 0 && word == "seven");
  });
  std::sort(got.begin(), got.end());
  for (int i = 0; i < kChannels; ++i) EXPECT_EQ(got.at(static_cast<std::size_t>(i)), i);
}

TEST(Select, S1_values_may_be_move_only) {
  GAUNTLET_NEEDS_SELECT();
  Channel<std::unique_ptr<int>> a;
  Channel<std::unique_ptr<int>> b(1);
  int sum = 0;
  drive([&]() -> Task {
    go([&]() -> Task {
      for (int i = 0; i < 100; ++i)
        AWAIT select(send(a, std::make_unique<int>(1)), send(b, std::make_unique<int>(1)));
    });
    for (int i = 0; i < 100; ++i) {
      std::optional<std::unique_ptr<int>> got;
      AWAIT select(recv(a, got), recv(b, got));
      if (got && *got != nullptr) sum += **got;
    }
  });
  EXPECT_EQ(sum, 100);
}

}  // namespace gauntlet::contract
