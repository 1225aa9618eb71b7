// SPDX-License-Identifier: Apache-2.0
// Whole small programs around select, after those that Go tests its own with: races against the default,
// duplicates, stress, proxies, a power series that computes on demand.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(Select, S5_a_default_is_never_chosen_while_a_value_moves_from_one_buffer_to_another) {
  GAUNTLET_NEEDS_SELECT();
  const int rounds = at_most(600, 200);
  std::atomic<int> defaults{0};
  for (const bool by_close : {false, true}) {
    drive([&, by_close]() -> Task {
      WaitGroup over(0);
      for (int round = 0; round < rounds; ++round) {
        Channel<int> a(1);
        Channel<int> b(1);
        AWAIT a.send(1);
        over.add(1);
        go([&]() -> Task {
          if (AWAIT select(recv(a), recv(b), otherwise) == 2)
            defaults.fetch_add(1, std::memory_order_relaxed);
          over.done();
        });
        if (round % 3 == 0) AWAIT yield();
        if (by_close) {
          b.close();
        } else {
          AWAIT b.send(1);
        }
        AWAIT select(recv(a), otherwise);
        AWAIT over.wait();
      }
    });
  }
  EXPECT_EQ(defaults.load(std::memory_order_relaxed), 0);
}

TEST(Select, S5_a_default_is_never_chosen_while_a_close_follows_a_value) {
  GAUNTLET_NEEDS_SELECT();
  const int rounds = at_most(600, 200);
  std::atomic<int> defaults{0};
  drive([&]() -> Task {
    WaitGroup over(0);
    for (int round = 0; round < rounds; ++round) {
      Channel<int> channel(1);
      AWAIT channel.send(1);
      over.add(1);
      go([&]() -> Task {
        if (AWAIT select(recv(channel), otherwise) == 1)
          defaults.fetch_add(1, std::memory_order_relaxed);
        over.done();
      });
      channel.close();
      AWAIT channel.recv();
      AWAIT over.wait();
    }
  });
  EXPECT_EQ(defaults.load(std::memory_order_relaxed), 0);
}

TEST(Select, S10_plain_one_case_and_two_case_senders_and_receivers_all_meet) {
  GAUNTLET_NEEDS_SELECT();
  constexpr int kValues = 10;
  for (const int capacity : {0, 1}) {
    for (int pair = 0; pair < 9; ++pair) {
      int sum = 0;
      Channel<int> channel(capacity);
      Channel<int> never;
      Channel<int> nobody;
      drive([&]() -> Task {
        go([&, how = pair / 3]() -> Task {
          for (int i = 1; i <= kValues; ++i) {
            if (how == 0) AWAIT channel.send(i);
            if (how == 1) AWAIT select(send(channel, i));
            if (how == 2) AWAIT select(send(channel, i), recv(never));
          }
        });
        for (int i = 1; i <= kValues; ++i) {
          std::optional<int> got;
          if (pair % 3 == 0) got = AWAIT channel.recv();
          if (pair % 3 == 1) AWAIT select(recv(channel, got));
          if (pair % 3 == 2) AWAIT select(send(nobody, i), recv(channel, got));
          sum += got.value_or(-1000);
        }
      });
      EXPECT_EQ(sum, kValues * (kValues + 1) / 2) << "pair " << pair << ", capacity " << capacity;
    }
  }
}

// Ready or not, for every kind of channel: what would wait gives the default.
TEST(Select, S3_S4_S8_matrix_of_what_waits) {
  GAUNTLET_NEEDS_SELECT();
  drive([&]() -> Task {
    const ReceiveChannel<int> nil_in;
    const SendChannel<int> nil_out;
    Channel<int> bare;
    Channel<int> empty(2);
    Channel<int> half(2);
    Channel<int> full(2);
    Channel<int> closed(2);
    Channel<int> drained;
    for (Channel<int>* each : {&half, &full, &full, &closed}) AWAIT each->send(1);
    closed.close();
    drained.close();
    std::vector<int> answers;
    answers.push_back(AWAIT select(recv(nil_in), otherwise));
    answers.push_back(AWAIT select(recv(bare), otherwise));
    answers.push_back(AWAIT select(recv(empty), otherwise));
    answers.push_back(AWAIT select(send(nil_out, 1), otherwise));
    answers.push_back(AWAIT select(send(bare, 1), otherwise));
    answers.push_back(AWAIT select(send(full, 1), otherwise));
    EXPECT_EQ(answers, std::vector<int>(6, 1)) << "these wait";
    answers.clear();
    answers.push_back(AWAIT select(recv(half), otherwise));
    answers.push_back(AWAIT select(recv(full), otherwise));
    answers.push_back(AWAIT select(recv(closed), otherwise));
    answers.push_back(AWAIT select(recv(closed), otherwise));
    answers.push_back(AWAIT select(recv(drained), otherwise));
    answers.push_back(AWAIT select(send(empty, 1), otherwise));
    answers.push_back(AWAIT select(send(half, 1), otherwise));
    EXPECT_EQ(answers, std::vector<int>(7, 0)) << "these do not";
    int panicked = 0;
    try {
      AWAIT select(send(closed, 1), otherwise);
    } catch (const Panic&) {
      ++panicked;
    }
    try {
      AWAIT select(send(drained, 1), recv(nil_in));
    } catch (const Panic&) {
      ++panicked;
    }
    EXPECT_EQ(panicked, 2);
  });
}

TEST(Select, S1_a_loser_between_two_receivers_leaves_the_others_in_their_order) {
  GAUNTLET_NEEDS_SELECT();
  for (int round = 0; round < 20; ++round) {
    Channel<int> shared;
    Channel<int> other;
    std::array<int, 2> got{};
    drive([&]() -> Task {
      go([&]() -> Task { got[0] = (AWAIT shared.recv()).value_or(-1); });
      for (UntilParked now(0, 1); !now.reached();) AWAIT yield();
      go([&]() -> Task {
        const int chosen = AWAIT select(recv(shared), recv(other));
        EXPECT_EQ(chosen, 1);
      });
      for (UntilParked now(0, 2); !now.reached();) AWAIT yield();
      go([&]() -> Task { got[1] = (AWAIT shared.recv()).value_or(-1); });
      for (UntilParked now(0, 3); !now.reached();) AWAIT yield();
      AWAIT other.send(0);
      AWAIT shared.send(1);
      AWAIT shared.send(2);
    });
    EXPECT_EQ(got, (std::array<int, 2>{1, 2}));
  }
}

TEST(Select, S6_duplicate_cases_that_lost_do_not_take_the_next_value) {
  GAUNTLET_NEEDS_SELECT();
  for (int round = 0; round < 20; ++round) {
    Channel<int> twice;
    Channel<int> other;
    int got = 0;
    drive([&]() -> Task {
      go([&]() -> Task {
        const int chosen = AWAIT select(recv(twice), recv(twice), recv(other));
        EXPECT_EQ(chosen, 2);
      });
      for (UntilParked now(0, 2); !now.reached();) AWAIT yield();
      go([&]() -> Task { got = (AWAIT twice.recv()).value_or(-1); });
      for (UntilParked now(0, 3); !now.reached();) AWAIT yield();
      AWAIT other.send(7);
      AWAIT twice.send(8);
    });
    EXPECT_EQ(got, 8);
  }
}

TEST(Select, S6_two_that_send_and_receive_on_one_channel_never_get_their_own_value) {
  GAUNTLET_NEEDS_SELECT();
  constexpr int kRounds = 300;
  for (const int capacity : {0, 10}) {
    Channel<int> channel(capacity);
    std::atomic<int> own{0};
    drive([&]() -> Task {
      for (int self = 0; self < 2; ++self) {
        go([&, self]() -> Task {
          // Bare: each round is one of the other's, so both end together. Buffered: neither ever waits.
          for (int i = 0; i < kRounds; ++i) {
            std::optional<int> got;
            const int chosen = AWAIT select(send(channel, self), recv(channel, got));
            if (capacity == 0 && chosen == 1 && got == self)
              own.fetch_add(1, std::memory_order_relaxed);
          }
        });
      }
      AWAIT yield();
    });
    EXPECT_EQ(own.load(std::memory_order_relaxed), 0) << "capacity " << capacity;
  }
}

TEST(Select, S2_of_two_sends_on_one_channel_each_has_its_turns) {
  GAUNTLET_NEEDS_SELECT();
  constexpr int kValues = 2'000;
  for (const int capacity : {0, 1, 50}) {
    int ones = 0;
    Channel<int> channel(capacity);
    drive([&]() -> Task {
      go([&]() -> Task {
        for (int i = 0; i < kValues; ++i) AWAIT select(send(channel, 0), send(channel, 1));
      });
      for (int i = 0; i < kValues; ++i) ones += (AWAIT channel.recv()).value_or(-kValues);
    });
    // Whether it finds room, finds a receiver, or waits for one.
    EXPECT_NEAR(ones, kValues / 2, 4.89 * std::sqrt(kValues) / 2) << "capacity " << capacity;
  }
}

TEST(Select, S1_stress_of_plain_and_selecting_senders_and_receivers_loses_nothing) {
  GAUNTLET_NEEDS_SELECT();
  const int each = at_most(400, 150);
  constexpr std::size_t kChannels = 4;
  std::deque<Channel<int>> channels;
  for (const int capacity : {0, 0, 2, 3}) channels.emplace_back(capacity);
  std::atomic<std::int64_t> received{0};
  drive([&]() -> Task {
    for (auto& channel : channels) {
      go([&]() -> Task {
        for (int i = 0; i < each; ++i) AWAIT channel.send(1);
      });
      go([&]() -> Task {
        for (int i = 0; i < each; ++i)
          received.fetch_add((AWAIT channel.recv()).value_or(-1'000'000), std::memory_order_relaxed);
      });
    }
    go([&]() -> Task {
      std::array<SendChannel<int>, kChannels> out;
      std::array<int, kChannels> left{};
      for (std::size_t i = 0; i < kChannels; ++i) out[i] = channels[i];
      left.fill(each);
      for (int i = 0; i < each * static_cast<int>(kChannels); ++i) {
        const int chosen =
            AWAIT select(send(out[3], 1), send(out[2], 1), send(out[0], 1), send(out[1], 1));
        constexpr std::array<std::size_t, kChannels> kWhich{3, 2, 0, 1};
        const std::size_t which = kWhich.at(static_cast<std::size_t>(chosen));
        if (--left.at(which) == 0) out.at(which) = {};
      }
    });
    go([&]() -> Task {
      std::array<ReceiveChannel<int>, kChannels> in;
      std::array<int, kChannels> left{};
      for (std::size_t i = 0; i < kChannels; ++i) in[i] = channels[i];
      left.fill(each);
      for (int i = 0; i < each * static_cast<int>(kChannels); ++i) {
        std::optional<int> got;
        const int chosen =
            AWAIT select(recv(in[0], got), recv(in[1], got), recv(in[2], got), recv(in[3], got));
        received.fetch_add(got.value_or(-1'000'000), std::memory_order_relaxed);
        const auto which = static_cast<std::size_t>(chosen);
        if (--left.at(which) == 0) in.at(which) = {};
      }
    });
    AWAIT yield();
  });
  EXPECT_EQ(received.load(std::memory_order_relaxed),
            2 * static_cast<std::int64_t>(kChannels) * each);
}

// A goroutine that takes at once whatever comes, keeps it, and gives it on in order.
TEST(Select, S4_a_proxy_sets_its_way_out_to_nil_while_it_has_nothing) {
  GAUNTLET_NEEDS_SELECT();
  constexpr int kValues = 500;
  std::vector<int> got;
  Channel<int> in;
  Channel<int> out;
  drive([&]() -> Task {
    go([&]() -> Task {
      std::deque<int> kept;
      ReceiveChannel<int> open = in;
      while (!open.is_nil() || !kept.empty()) {
        SendChannel<int> ready;
        if (!kept.empty()) ready = out;
        std::optional<int> next;
        if (AWAIT select(recv(open, next), send(ready, kept.empty() ? 0 : kept.front())) == 1)
          kept.pop_front();
        else if (next)
          kept.push_back(*next);
        else
          open = {};
      }
      out.close();
    });
    go([&]() -> Task {
      for (int i = 0; i < kValues; ++i) AWAIT in.send(i);
      in.close();
    });
    for (;;) {
      const auto value = AWAIT out.recv();
      if (!value) break;
      got.push_back(*value);
    }
  });
  ASSERT_EQ(got.size(), static_cast<std::size_t>(kValues));
  for (int i = 0; i < kValues; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], i);
}

// A lane makes room once for a worker that joins late; what a select kept would grow in every phase.
TEST(Select, S1_ten_thousand_selects_keep_no_memory) {
  GAUNTLET_NEEDS_SELECT();
  constexpr int kPhases = 10;
  const int selects = at_most(1'000, 400);  // In each phase.
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  Channel<int> values;
  Channel<int> never;
  drive([&]() -> Task {
    go([&]() -> Task {
      for (int i = 0; i < kPhases * selects; ++i) AWAIT values.send(i);
    });
    for (int phase = 0; phase < kPhases; ++phase) {
      const auto before = static_cast<std::int64_t>(mallinfo2().uordblks);
      for (int i = 0; i < selects; ++i) AWAIT select(recv(values), recv(never), send(never, i));
      least = std::min(least, static_cast<std::int64_t>(mallinfo2().uordblks) - before);
    }
  });
  EXPECT_LE(least, 4 * selects) << "bytes on the heap, of " << selects << " selects";
}

TEST(Select, C13_thousands_of_selects_wait_in_one_channel_and_leave_it_one_by_one) {
  GAUNTLET_NEEDS_SELECT();
  const int count = at_most(1'000, 100);
  std::atomic<int> woken{0};
  std::deque<Channel<int>> own;
  for (int i = 0; i < count; ++i) own.emplace_back(0);
  Channel<int> shared;
  drive([&]() -> Task {
    for (int i = 0; i < count; ++i) {
      go([&, i]() -> Task {
        std::optional<int> got;
        const int chosen =
            AWAIT select(recv(shared), recv(own[static_cast<std::size_t>(i)], got));
        if (chosen == 1 && got == i) woken.fetch_add(1, std::memory_order_relaxed);
      });
    }
    for (UntilParked now(0, count); !now.reached();) AWAIT yield();
    for (int i = count - 1; i >= 0; --i) AWAIT own[static_cast<std::size_t>(i)].send(i);
    while (WaitPlace::describe_all().find("wait to receive") != std::string::npos) AWAIT yield();
    EXPECT_EQ(try_send_to(shared, 1), TrySend::kFull);
  });
  EXPECT_EQ(woken.load(std::memory_order_relaxed), count);
}

namespace {

// Power series after McIlroy ("Squinting at power series", 1990): a term is computed when it is demanded.
constexpr std::int64_t kPrime = 998'244'353;  // Coefficients are numbers modulo this one.

std::int64_t power(std::int64_t number, std::int64_t exponent) {
  std::int64_t result = 1;
  for (; exponent > 0; exponent /= 2, number = number * number % kPrime)
    if (exponent % 2 == 1) result = result * number % kPrime;
  return result;
}

struct Series {
  Channel<bool> demand;
  Channel<std::int64_t> term;
};

/// One series for two readers, who demand at their own pace.
Task split(Series& in, std::array<Series, 2>& out) {
  std::array<std::deque<std::int64_t>, 2> kept;
  std::array<bool, 2> waits{};
  bool asked = false;
  for (;;) {
    ReceiveChannel<bool> first;
    ReceiveChannel<bool> second;
    ReceiveChannel<std::int64_t> next;
    if (!waits[0]) first = out[0].demand;
    if (!waits[1]) second = out[1].demand;
    if (asked) next = in.term;
    std::optional<bool> demanded = true;
    std::optional<std::int64_t> term;
    switch (AWAIT select(recv(first, demanded), recv(second, demanded), recv(next, term))) {
      case 0:
        waits[0] = true;
        break;
      case 1:
        waits[1] = true;
        break;
      default:
        asked = false;
        for (auto& each : kept) each.push_back(term.value_or(0));
    }
    if (!demanded) break;  // A reader has enough.
    for (std::size_t i = 0; i < 2; ++i) {
      if (!waits[i] || kept[i].empty()) continue;
      AWAIT out[i].term.send(kept[i].front());
      kept[i].pop_front();
      waits[i] = false;
    }
    if (!asked && (waits[0] || waits[1])) {
      AWAIT in.demand.send(true);
      asked = true;
    }
  }
  in.demand.close();
}

/// 1 + the integral of `in`.
Task one_plus_integral(Series& in, Series& out) {
  for (std::int64_t n = 0;; ++n) {
    const auto demanded = AWAIT out.demand.recv();
    if (!demanded) break;
    std::int64_t term = 1;
    if (n > 0) {
      AWAIT in.demand.send(true);
      const auto before = AWAIT in.term.recv();
      term = before.value_or(0) * power(n, kPrime - 2) % kPrime;
    }
    AWAIT out.term.send(term);
  }
}

}  // namespace

// E = 1 + integral of E: the series feeds on itself, one half of a split behind.
TEST(Select, S4_a_power_series_that_feeds_on_itself_gives_the_exponential) {
  GAUNTLET_NEEDS_SELECT();
  std::vector<std::int64_t> terms;
  Series whole;
  std::array<Series, 2> halves;
  drive([&]() -> Task {
    go([&]() -> Task { AWAIT split(whole, halves); });
    go([&]() -> Task { AWAIT one_plus_integral(halves[1], whole); });
    for (int i = 0; i < 30; ++i) {
      AWAIT halves[0].demand.send(true);
      const auto term = AWAIT halves[0].term.recv();
      terms.push_back(term.value_or(-1));
    }
    halves[0].demand.close();
  });
  std::int64_t factorial = 1;
  for (std::size_t n = 0; n < terms.size(); ++n) {
    if (n > 0) factorial = factorial * static_cast<std::int64_t>(n) % kPrime;
    EXPECT_EQ(terms[n] * factorial % kPrime, 1) << "1/n! of " << n;
  }
}

}  // namespace gauntlet::contract
