// SPDX-License-Identifier: Apache-2.0
// The sleep and wake-up of idle workers under explored schedules: no wake-up is lost, nobody is
// left behind. A time limit may never run out here, so the sentinel cannot hide a loss.
#include "impls/work_stealing/idle.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "impls/work_stealing/run_queue.hpp"
#include "property_tests/explore/expectations.hpp"
#include "property_tests/explore/model_atomics.hpp"

namespace gauntlet::explore {
namespace {

using impls::work_stealing::IdleWorkers;
using impls::work_stealing::SearchReason;

constexpr std::uint64_t kSchedules = 100'000;
constexpr std::uint64_t kMutantSchedules = 200'000;

/// One thread makes work and goes away; two workers find it, and go home when all of it is done. kTimers: a timer is armed all
/// the while, so that one sleeper is the timekeeper. kMostAwake: of the workers, by wake-ups.
template <bool kTimers, std::uint32_t kMostAwake = 2>
struct ProducerAndWorkers {
  static constexpr std::size_t kThreads = 3;
  static constexpr std::uint32_t kItems = 3;

  using Queue = impls::work_stealing::RunQueue<std::uint32_t, ModelAtomics, 4>;

  Queue queue;
  IdleWorkers<ModelAtomics> idle;
  ModelAtomic<std::uint32_t> done;

  ProducerAndWorkers() { idle.begin_run(kThreads - 1, kMostAwake); }

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
    bool left_work() const { return false; }
    void go_away() {}
    void come_back() {}
    static constexpr std::chrono::nanoseconds until_alarm() {
      return kTimers ? std::chrono::milliseconds(1) : ModelAtomics::kForever;
    }
    bool all_ended() const { return scenario.done.load(std::memory_order_acquire) == kItems; }
  };
};

/// One worker queues work for itself and does it; another sees that work and leaves it, and naps. What comes
/// from a third thread must not wait for the end of a nap. kNapsOverAll: it does, the mutant.
template <bool kNapsOverAll>
struct NapperAndOwner {
  static constexpr std::size_t kThreads = 3;
  static constexpr std::uint32_t kOwnItems = 2;

  using Queue = impls::work_stealing::RunQueue<std::uint32_t, ModelAtomics, 4>;

  Queue own;      // Its thieves may leave it.
  Queue outside;  // Nobody may.
  IdleWorkers<ModelAtomics> idle;
  ModelAtomic<std::uint32_t> done;
  ModelAtomic<std::uint32_t> owner_waits;

  NapperAndOwner() { idle.begin_run(kThreads - 1, kThreads - 1); }

  void thread(std::size_t self) {
    if (self == 0) return outside_thread();
    if (self == 1) work_for_oneself();
    Source source{*this, self == 2};
    while (idle.await_work(source) != nullptr)
      done.fetch_add(source.loot.count, std::memory_order_acq_rel);
  }

  void outside_thread() {
    // The owner is out of reach: only the napper can take it.
    while (owner_waits.load(std::memory_order_acquire) == 0) ModelAtomics::relax();
    outside.push(1);
    kNapsOverAll ? idle.work_queued() : idle.work_published();
    while (done.load(std::memory_order_acquire) == 0) ModelAtomics::relax();
  }

  void work_for_oneself() {
    for (std::uint32_t item = 1; item <= kOwnItems; ++item) {
      own.push(item);
      idle.work_queued();
    }
    owner_waits.store(1, std::memory_order_release);
    while (done.load(std::memory_order_acquire) == 0) ModelAtomics::relax();
    for (std::uint32_t item = 0; own.pop(item);) done.fetch_add(1, std::memory_order_acq_rel);
  }

  void finish() {
    if (done.load(std::memory_order_relaxed) != kOwnItems + 1)
      Explorer::now().fail("work is left undone");
    if (idle.work_published()) Explorer::now().fail("a sleeper is counted that does not exist");
  }

  struct Source {
    NapperAndOwner& scenario;
    bool leaves = false;
    Queue::Loot loot{};
    bool left = false;

    const std::uint32_t* search(SearchReason) {
      scenario.outside.take_half(loot);
      left = leaves && loot.count == 0 && scenario.own.fill().size > 0;
      if (loot.count == 0 && !left) scenario.own.take_half(loot);
      return loot.count == 0 ? nullptr : loot.items.data();
    }
    bool left_work() const { return left; }
    void go_away() {}
    void come_back() {}
    static constexpr std::chrono::nanoseconds until_alarm() { return ModelAtomics::kForever; }
    bool all_ended() const {
      return scenario.done.load(std::memory_order_acquire) == kOwnItems + 1;
    }
  };
};

TEST(IdleWorkersExplored, lose_no_wake_up) {
  expect_sound<ProducerAndWorkers<false>>(kSchedules);
}

TEST(IdleWorkersExplored, lose_no_wake_up_beside_a_timekeeper) {
  expect_sound<ProducerAndWorkers<true>>(kSchedules);
}

TEST(IdleWorkersExplored, lose_no_wake_up_where_one_is_enough) {
  expect_sound<ProducerAndWorkers<false, 1>>(kSchedules);
}

TEST(IdleWorkersExplored, mutant_that_wakes_nobody_is_caught) {
  expect_caught<ProducerAndWorkers<false, 0>>(kMutantSchedules, kLostWakeUp);
}

TEST(IdleWorkersExplored, naps_end_for_what_must_not_wait) {
  expect_sound<NapperAndOwner<false>>(kSchedules);
}

TEST(IdleWorkersExplored, mutant_that_naps_over_what_must_not_wait_is_caught) {
  expect_caught<NapperAndOwner<true>>(kMutantSchedules, kForAnyReason);
}

TEST(IdleWorkersExplored, mutant_without_the_dekker_pair_is_caught) {
  expect_caught<ProducerAndWorkers<false>>(kMutantSchedules, kLostWakeUp, Weakening::kNoSequentialConsistency);
}

}  // namespace
}  // namespace gauntlet::explore
