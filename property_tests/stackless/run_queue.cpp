// SPDX-License-Identifier: Apache-2.0
// RunQueue and NextSlot of lane coro: order, growth, and thieves at work.
#include "impls/coro/run_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "impls/coro/next_slot.hpp"
#include "property_tests/stackless/lane.hpp"

namespace gauntlet::stackless {
namespace {

using impls::coro::NextSlot;
using impls::coro::RunQueue;
using Handle = std::coroutine_handle<>;

/// Handles that nobody resumes: a queue only carries them.
class Tokens {
 public:
  explicit Tokens(std::size_t count) : cells_(count) {}
  Handle handle(std::size_t index) { return Handle::from_address(&cells_[index]); }
  std::size_t index(Handle handle) const {
    return static_cast<std::size_t>(static_cast<const Cell*>(handle.address()) - cells_.data());
  }

 private:
  struct alignas(16) Cell {
    char byte;
  };
  std::vector<Cell> cells_;
};

}  // namespace

TEST(RunQueue, is_first_in_first_out_and_grows_while_it_wraps) {
  Tokens tokens(3000);
  RunQueue queue;
  std::size_t in = 0;
  std::size_t out = 0;
  for (int i = 0; i < 200; ++i) queue.push(tokens.handle(in++));
  for (int i = 0; i < 150; ++i) ASSERT_EQ(tokens.index(queue.pop()), out++);
  for (; in < 3000; ++in) EXPECT_EQ(queue.push(tokens.handle(in)), in - out);
  while (out < 3000) ASSERT_EQ(tokens.index(queue.pop()), out++);
  EXPECT_EQ(queue.pop(), nullptr);
  EXPECT_TRUE(queue.looks_empty());
}

TEST(RunQueue, a_thief_takes_the_older_half_but_never_more_than_it_can_carry) {
  Tokens tokens(1000);
  RunQueue queue;
  RunQueue::Loot loot;
  EXPECT_EQ(queue.steal(loot), 0U);
  queue.push(tokens.handle(0));
  EXPECT_EQ(queue.steal(loot), 1U);
  for (std::size_t i = 0; i < 7; ++i) queue.push(tokens.handle(i));
  EXPECT_EQ(queue.steal(loot), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(tokens.index(loot[i]), i);
  EXPECT_EQ(tokens.index(queue.pop()), 4U);
  for (std::size_t i = 0; i < 1000; ++i) queue.push(tokens.handle(i));
  EXPECT_EQ(queue.steal(loot), RunQueue::kMostStolen);
}

TEST(RunQueue, an_owner_and_three_thieves_take_each_token_once) {
  const std::size_t count = 200'000 / kSlowdown;
  Tokens tokens(count);
  RunQueue queue;
  std::vector<std::atomic<int>> taken(count);
  std::atomic<bool> over{false};
  const auto take = [&](Handle handle) {
    // relaxed: a tally, read when all threads are joined.
    taken[tokens.index(handle)].fetch_add(1, std::memory_order_relaxed);
  };
  std::vector<std::thread> thieves;
  for (int i = 0; i < 3; ++i) {
    thieves.emplace_back([&] {
      RunQueue::Loot loot;
      while (!over.load(std::memory_order_relaxed)) {  // relaxed: ends the loop, no more.
        const std::size_t got = queue.steal(loot);
        for (std::size_t k = 0; k < got; ++k) take(loot[k]);
        std::this_thread::yield();
      }
    });
  }
  for (std::size_t i = 0; i < count; ++i) {
    queue.push(tokens.handle(i));
    if (i % 3 == 0) {
      if (const Handle mine = queue.pop()) take(mine);
    }
  }
  while (const Handle mine = queue.pop()) take(mine);
  over.store(true, std::memory_order_relaxed);
  for (std::thread& thief : thieves) thief.join();
  for (const auto& times : taken) ASSERT_EQ(times.load(std::memory_order_relaxed), 1);
}

TEST(NextSlot, gives_back_what_it_displaces) {
  for (const bool shared : {false, true}) {
    Tokens tokens(2);
    NextSlot slot;
    slot.set_shared(shared);
    EXPECT_EQ(slot.take(), nullptr);
    EXPECT_EQ(slot.put(tokens.handle(0)), nullptr);
    EXPECT_EQ(slot.put(tokens.handle(1)), tokens.handle(0));
    EXPECT_EQ(slot.take(), tokens.handle(1));
    EXPECT_EQ(slot.take(), nullptr);
  }
}

TEST(NextSlot, an_owner_and_two_thieves_take_each_token_once) {
  const std::size_t count = 200'000 / kSlowdown;
  Tokens tokens(count);
  NextSlot slot;
  std::vector<std::atomic<int>> taken(count);
  std::atomic<bool> over{false};
  const auto take = [&](Handle handle) {
    // relaxed: a tally, read when all threads are joined.
    if (handle) taken[tokens.index(handle)].fetch_add(1, std::memory_order_relaxed);
  };
  std::vector<std::thread> thieves;
  for (int i = 0; i < 2; ++i) {
    thieves.emplace_back([&] {
      while (!over.load(std::memory_order_relaxed)) take(slot.take());  // relaxed: as above.
    });
  }
  for (std::size_t i = 0; i < count; ++i) {
    take(slot.put(tokens.handle(i)));
    if (i % 5 == 0) take(slot.take());
  }
  take(slot.take());
  over.store(true, std::memory_order_relaxed);
  for (std::thread& thief : thieves) thief.join();
  for (const auto& times : taken) ASSERT_EQ(times.load(std::memory_order_relaxed), 1);
}

}  // namespace gauntlet::stackless
