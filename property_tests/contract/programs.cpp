// SPDX-License-Identifier: Apache-2.0
// Whole small programs, after those that Go tests its channels with: chain, sieve, fan-in, semaphore.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(Channel, C8_goroutines_in_a_chain_pass_a_value_through) {
  const int links = at_most(10'000, 500);
  int arrived = -1;
  std::deque<Channel<int>> channels;
  for (int i = 0; i <= links; ++i) channels.emplace_back(0);
  drive([&]() -> Task {
    for (int i = 0; i < links; ++i) {
      go([&channels, i]() -> Task {
        const auto at = static_cast<std::size_t>(i);
        const auto value = AWAIT channels[at].recv();
        AWAIT channels[at + 1].send(value.value_or(-1'000'000) + 1);
      });
    }
    AWAIT channels.front().send(0);
    const auto value = AWAIT channels.back().recv();
    arrived = value.value_or(-1);
  });
  EXPECT_EQ(arrived, links);
}

TEST(Channel, C8_prime_sieve_finds_the_primes) {
  constexpr int kPrimes = 40;
  for (const int capacity : {0, 1}) {
    std::vector<int> primes;
    std::deque<Channel<int>> stages;
    for (int i = 0; i <= kPrimes; ++i) stages.emplace_back(capacity);
    std::atomic<bool> over{false};
    drive([&]() -> Task {
      go([&]() -> Task {
        for (int number = 2; !over.load(std::memory_order_relaxed); ++number)
          AWAIT stages[0].send(number);
        stages[0].close();
      });
      for (std::size_t i = 0; i < kPrimes; ++i) {
        const auto prime = AWAIT stages[i].recv();
        primes.push_back(prime.value_or(-1));
        go([&stages, i, divisor = prime.value_or(1)]() -> Task {
          for (;;) {
            const auto number = AWAIT stages[i].recv();
            if (!number) break;
            if (*number % divisor != 0) AWAIT stages[i + 1].send(*number);
          }
          stages[i + 1].close();
        });
      }
      over.store(true, std::memory_order_relaxed);
      for (;;) {  // Lets every filter drain and end.
        const auto rest = AWAIT stages[kPrimes].recv();
        if (!rest) break;
      }
    });
    ASSERT_EQ(primes.size(), static_cast<std::size_t>(kPrimes));
    EXPECT_EQ(primes.front(), 2);
    EXPECT_EQ(primes[24], 97);
    EXPECT_EQ(primes.back(), 173);
  }
}

TEST(Channel, C9_requests_carry_the_channel_to_answer_on) {
  struct Request {
    int number;
    Channel<int>* answer;
  };
  constexpr int kClients = 20;
  std::atomic<int> right{0};
  Channel<Request> requests(3);
  std::deque<Channel<int>> answers;
  for (int i = 0; i < kClients; ++i) answers.emplace_back(0);
  WaitGroup clients(kClients);
  drive([&]() -> Task {
    for (int i = 0; i < kClients; ++i) {
      go([&, i]() -> Task {
        Channel<int>& mine = answers[static_cast<std::size_t>(i)];
        for (int n = 0; n < 20; ++n) {
          AWAIT requests.send(Request{i * 100 + n, &mine});
          const auto answer = AWAIT mine.recv();
          if (answer == 2 * (i * 100 + n)) right.fetch_add(1, std::memory_order_relaxed);
        }
        clients.done();
      });
    }
    for (int i = 0; i < 2; ++i) {
      go([&]() -> Task {
        for (;;) {
          const auto request = AWAIT requests.recv();
          if (!request) break;
          AWAIT request->answer->send(2 * request->number);
        }
      });
    }
    AWAIT clients.wait();
    requests.close();
  });
  EXPECT_EQ(right.load(std::memory_order_relaxed), kClients * 20);
}

TEST(Channel, C9_as_a_semaphore_lets_capacity_many_in) {
  constexpr int kGoroutines = 20;
  constexpr int kSlots = 3;
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  Channel<bool> slots(kSlots);
  drive([&]() -> Task {
    for (int i = 0; i < kGoroutines; ++i) {
      go([&]() -> Task {
        for (int round = 0; round < 10; ++round) {
          AWAIT slots.send(true);
          const int now = inside.fetch_add(1, std::memory_order_relaxed) + 1;
          int before = most.load(std::memory_order_relaxed);
          while (now > before && !most.compare_exchange_weak(before, now, std::memory_order_relaxed,
                                                             std::memory_order_relaxed)) {
          }
          AWAIT yield();
          inside.fetch_sub(1, std::memory_order_relaxed);
          AWAIT slots.recv();
        }
      });
    }
    AWAIT yield();
  });
  EXPECT_LE(most.load(std::memory_order_relaxed), kSlots);
  EXPECT_GE(most.load(std::memory_order_relaxed), 1);
}

TEST(Channel, C12_a_channel_may_die_as_soon_as_its_last_value_is_received) {
  constexpr int kRounds = 500;
  int sum = 0;
  drive([&]() -> Task {
    for (int i = 0; i < kRounds; ++i) {
      auto channel = std::make_unique<Channel<int>>(i % 2);
      Channel<int>* const borrowed = channel.get();
      go([borrowed]() -> Task { AWAIT borrowed->send(1); });
      const auto value = AWAIT channel->recv();
      sum += value.value_or(0);
      channel.reset();
    }
  });
  EXPECT_EQ(sum, kRounds);
}

TEST(Channel, C8_many_consumers_of_one_queue_lose_nothing) {
  constexpr int kWorkers = 23;
  constexpr int kBuffer = 31;  // Of the form 2^k - 1, which native channels take as well.
  const int items = at_most(4'000, 1'000);
  std::int64_t sent = 0;
  std::int64_t received = 0;
  int count = 0;
  Channel<int> work(kBuffer);
  Channel<int> results(kBuffer);
  WaitGroup workers_done(kWorkers);
  drive([&]() -> Task {
    for (int worker = 0; worker < kWorkers; ++worker) {
      go([&, worker]() -> Task {
        for (;;) {
          const auto item = AWAIT work.recv();
          if (!item) break;
          if (*item % kWorkers == worker) AWAIT yield();
          AWAIT results.send(*item);
        }
        workers_done.done();
      });
    }
    go([&]() -> Task {
      for (int i = 0; i < items; ++i) {
        sent += i * 7 % 1'009;
        AWAIT work.send(i * 7 % 1'009);
      }
      work.close();
      AWAIT workers_done.wait();
      results.close();
    });
    for (;;) {
      const auto result = AWAIT results.recv();
      if (!result) break;
      ++count;
      received += *result;
    }
  });
  EXPECT_EQ(count, items);
  EXPECT_EQ(received, sent);
}

namespace {

/// Uses `depth` frames of the caller's stack and gives it back.
int deep(int depth) {
  volatile int here[64] = {depth};
  return depth == 0 ? here[0] : deep(depth - 1) + here[0];
}

}  // namespace

// A sender parks with its value in its frame, after the stack was deep and before it is again.
TEST(Channel, C12_the_value_of_a_parked_sender_stays_where_it_is_while_stacks_come_and_go) {
  constexpr int kSenders = 20;
  constexpr int kRounds = 20;
  int wrong = 0;
  Channel<std::vector<int>> channel;
  drive([&]() -> Task {
    for (int sender = 0; sender < kSenders; ++sender) {
      go([&, sender]() -> Task {
        for (int round = 0; round < kRounds; ++round) {
          std::vector<int> value{sender, round, deep(20 + sender)};
          AWAIT channel.send(std::move(value));
        }
      });
    }
    for (int i = 0; i < kSenders * kRounds; ++i) {
      deep(10 + i % 30);
      const auto value = AWAIT channel.recv();
      if (!value || value->size() != 3 || (*value)[2] != deep(20 + (*value)[0])) ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
}

// Each number is written in plain memory before its address is sent: who receives it sees it whole (H2).
TEST(Channel, C8_what_was_written_before_a_send_is_seen_by_who_receives) {
  constexpr int kPairs = 30;
  std::atomic<int> wrong{0};
  Channel<std::shared_ptr<std::vector<int>>> there(3);
  Channel<std::shared_ptr<std::vector<int>>> back;
  drive([&]() -> Task {
    for (int pair = 0; pair < kPairs; ++pair) {
      go([&, pair]() -> Task {
        for (int round = 0; round < 10; ++round) {
          AWAIT there.send(std::make_shared<std::vector<int>>(pair + 1, pair));
          const auto got = AWAIT back.recv();
          const auto& numbers = **got;
          if (numbers.size() != static_cast<std::size_t>(2 * numbers.front() + 2))
            wrong.fetch_add(1, std::memory_order_relaxed);
        }
      });
      go([&]() -> Task {
        for (int round = 0; round < 10; ++round) {
          auto got = AWAIT there.recv();
          auto& numbers = **got;
          if (numbers.size() != static_cast<std::size_t>(numbers.front() + 1))
            wrong.fetch_add(1, std::memory_order_relaxed);
          numbers.resize(2 * numbers.size(), numbers.front());
          AWAIT back.send(std::move(*got));
        }
      });
    }
    AWAIT yield();
  });
  EXPECT_EQ(wrong.load(std::memory_order_relaxed), 0);
}

}  // namespace gauntlet::contract
