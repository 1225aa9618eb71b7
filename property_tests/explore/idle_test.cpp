// SPDX-License-Identifier: Apache-2.0
// The sleep and wake-up of idle workers under explored schedules: no wake-up is lost, nobody is
// left behind. A time limit may never run out here, so the sentinel cannot hide a loss.
#include "impls/work_stealing/idle.hpp"

#include <gtest/gtest.h>

#include "impls/work_stealing/run_queue.hpp"
#include "property_tests/explore/model_atomics.hpp"

namespace gauntlet::explore {
namespace {

using impls::work_stealing::IdleWorkers;
using impls::work_stealing::SearchReason;

constexpr std::uint64_t kSchedules = 100'000;
constexpr std::uint64_t kMutantSchedules = 200'000;

/// One thread makes work and goes away; two workers find it, and go home when all of it is done.
struct ProducerAndWorkers {
  static constexpr std::size_t kThreads = 3;
  static constexpr std::uint32_t kItems = 3;

  using Queue = impls::work_stealing::RunQueue<std::uint32_t, ModelAtomics, 4>;

  Queue queue;
  IdleWorkers<ModelAtomics> idle;
  ModelAtomic<std::uint32_t> done;

  ProducerAndWorkers() { idle.begin_run(kThreads - 1); }

  void thread(std::size_t self) {
    if (self == 0) {
      for (std::uint32_t item = 1; item <= kItems; ++item) {
        queue.push(item);
        idle.work_published();
      }
      return;
    }
    Source source{*this};
    while (const std::uint32_t* found = idle.await_work(source)) {
      if (*found == 0) Explorer::now().fail("found nothing");
      done.fetch_add(source.loot.count, std::memory_order_acq_rel);
    }
  }

  void finish() {
    if (done.load(std::memory_order_relaxed) != kItems) Explorer::now().fail("work is left undone");
    // The next run starts from the same state: a worker that searches in vain must fall asleep once
    // more.
    if (idle.work_published()) Explorer::now().fail("a sleeper is counted that does not exist");
  }

  struct Source {
    ProducerAndWorkers& scenario;
    Queue::Loot loot{};

    const std::uint32_t* search(SearchReason) {
      scenario.queue.take_half(loot);
      return loot.count == 0 ? nullptr : loot.items.data();
    }
    bool all_ended() const { return scenario.done.load(std::memory_order_acquire) == kItems; }
  };
};

TEST(IdleWorkersExplored, lose_no_wake_up) {
  Explorer explorer;
  const auto failure = explorer.explore<ProducerAndWorkers>(kSchedules);
  EXPECT_FALSE(failure) << failure->why << ", seed " << failure->seed;
}

TEST(IdleWorkersExplored, mutant_without_the_dekker_pair_is_caught) {
  Explorer explorer;
  const auto failure =
      explorer.explore<ProducerAndWorkers>(kMutantSchedules, Weakening::kNoSequentialConsistency);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->why, "every thread sleeps: lost wake-up");
  RecordProperty("schedules", static_cast<int>(failure->schedules));
}

}  // namespace
}  // namespace gauntlet::explore
