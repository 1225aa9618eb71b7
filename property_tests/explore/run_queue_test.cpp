// SPDX-License-Identifier: Apache-2.0
// The run queue of work_stealing under explored schedules: every item is taken once, with its
// contents.
#include "impls/work_stealing/run_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <span>

#include "property_tests/explore/expectations.hpp"
#include "property_tests/explore/model_atomics.hpp"
#include "property_tests/explore/taken_once.hpp"

namespace gauntlet::explore {
namespace {

constexpr std::uint64_t kSchedules = 100'000;
constexpr std::uint64_t kMutantSchedules = 100'000;

/// An owner that pushes and pops, two thieves; the ring is small enough to wrap.
struct OwnerAndThieves {
  static constexpr std::size_t kThreads = 3;
  static constexpr std::uint32_t kItems = 5;
  using Queue = impls::work_stealing::RunQueue<std::uint32_t, ModelAtomics, 2>;

  Queue queue;
  TakenOnce<kItems> items;
  std::uint32_t pushed = 0;

  void thread(std::size_t self) {
    if (self == 0)
      own();
    else
      steal_twice();
  }

  void finish() {
    for (std::uint32_t item = 0; queue.pop(item);) items.take(item);
    items.expect_none_lost(pushed);
  }

 private:
  void own() {
    for (int i = 0; i < 3; ++i) push_next();
    pop_one();
    push_two();
    push_next();
    push_next();
    pop_one();
  }

  void push_two() {
    const std::array<std::uint32_t, 2> next{pushed, pushed + 1};
    const std::uint32_t left = std::min(kItems - pushed, 2U);
    for (std::uint32_t i = 0; i < left; ++i) items.make(next[i]);
    pushed += queue.push_all(std::span(next).first(left));
  }

  void push_next() {
    if (pushed == kItems) return;
    items.make(pushed);
    if (queue.push(pushed)) ++pushed;
  }

  void pop_one() {
    std::uint32_t item = 0;
    if (queue.pop(item)) items.take(item);
  }

  void steal_twice() {
    for (int i = 0; i < 2; ++i) {
      Queue::Loot loot;
      queue.take_half(loot);
      for (std::uint32_t k = 0; k < loot.count; ++k) items.take(loot.items[k]);
    }
  }
};

TEST(RunQueueExplored, gives_every_item_to_one_taker) {
  expect_sound<OwnerAndThieves>(kSchedules);
}

TEST(RunQueueExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<OwnerAndThieves>(kMutantSchedules, kForAnyReason, Weakening::kNoRelease);
}

}  // namespace
}  // namespace gauntlet::explore
