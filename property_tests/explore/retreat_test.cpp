// SPDX-License-Identifier: Apache-2.0
// A worker in retreat leaves what others published, and so does one whose thefts are futile, under explored schedules:
// somebody who is awake finds it. A time limit may never run out here, so the end of a nap cannot hide a loss.
#include "impls/work_stealing/retreat.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "impls/work_stealing/thefts.hpp"
#include "property_tests/explore/expectations.hpp"
#include "property_tests/explore/model_atomics.hpp"

namespace gauntlet::explore {
namespace {

using impls::work_stealing::IdleWorkers;
using impls::work_stealing::Retreat;
using impls::work_stealing::RetreatCount;
using impls::work_stealing::SearchReason;
using impls::work_stealing::Thefts;

constexpr std::uint64_t kSchedules = 100'000;
constexpr std::uint64_t kMutantSchedules = 200'000;

/// All workers want to retreat at once. `Count`: RetreatCount or the mutant.
template <class Count>
struct EveryoneRetreats {
  static constexpr std::size_t kThreads = 3;

  Count count;
  ModelAtomic<std::uint32_t> away;

  void thread(std::size_t) {
    if (!count.enter(kThreads)) return;
    if (away.fetch_add(1, std::memory_order_relaxed) + 1 == kThreads)
      Explorer::now().fail("nobody stayed");
    away.fetch_sub(1, std::memory_order_relaxed);
    count.leave();
  }

  void finish() {
    if (!count.enter(2)) Explorer::now().fail("one is counted that is back");
  }
};

/// Looks, and then goes: two that look at once both go.
class LooksFirst {
 public:
  bool enter(std::uint32_t workers) {
    if (count_.load(std::memory_order_relaxed) + 1 >= workers) return false;
    count_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  void leave() { count_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  ModelAtomic<std::uint32_t> count_{0};
};

/// The idle workers as they are.
struct AsTheyAre {
  const IdleWorkers<ModelAtomics>& idle;
  bool everyone_sleeps() const { return idle.everyone_sleeps(); }
};

/// Says that others are awake, whoever sleeps.
struct NobodySleeps {
  const IdleWorkers<ModelAtomics>& idle;
  bool everyone_sleeps() const { return false; }
};

/// Of the two workers, one is in retreat.
class OneRetreats {
 public:
  template <class Count>
  void begin(std::size_t self, Count& count, std::uint32_t workers) {
    if (self == 2 && !retreat_.begin(count, workers)) Explorer::now().fail("nobody else is in retreat");
  }
  template <class Count, class Seen>
  bool leaves_it(SearchReason reason, Count& count, const Seen& seen) {
    return retreat_.stays_back(reason, count, seen);
  }

 private:
  Retreat retreat_;
};

/// What both have stolen brought nothing, and goes on to do so.
class BothStoleInVain {
 public:
  template <class Count>
  void begin(std::size_t, Count&, std::uint32_t) {
    for (std::uint64_t now = 1; !thefts_.are_futile(); ++now) {
      thefts_.stole(now, 1);
      thefts_.ran_dry(now);
    }
  }
  template <class Count, class Seen>
  bool leaves_it(SearchReason reason, Count&, const Seen& seen) {
    return thefts_.leave_it(reason, seen);
  }

 private:
  Thefts thefts_;
};

/// Two workers, of which some leave what lies in the shared queue, and nap; one of them has published some, a third thread
/// publishes more. `Rule`: who leaves it. `Seen`: the idle workers as those see them, or the mutant.
template <class Rule, class Seen>
struct WorkersAndOutsider {
  static constexpr std::size_t kThreads = 3;
  static constexpr std::uint32_t kWorkers = kThreads - 1;
  static constexpr std::uint32_t kItems = 2;

  ModelAtomic<std::uint32_t> queued;  // The shared queue: its size, which is what a sleeper looks at.
  IdleWorkers<ModelAtomics> idle;
  RetreatCount<ModelAtomics> in_retreat;
  ModelAtomic<std::uint32_t> done;

  WorkersAndOutsider() { idle.begin_run(kWorkers, kWorkers); }

  void thread(std::size_t self) {
    Source source{*this};
    source.rule.begin(self, in_retreat, kWorkers);
    if (self != 1) publish();
    if (self == 0) return;
    while (idle.await_work(source) != nullptr) done.fetch_add(1, std::memory_order_acq_rel);
  }

  void publish() {
    queued.fetch_add(1, std::memory_order_seq_cst);
    idle.work_published();
  }

  void finish() {
    if (done.load(std::memory_order_relaxed) != kItems) Explorer::now().fail("work is left undone");
    if (idle.work_published()) Explorer::now().fail("a sleeper is counted that does not exist");
  }

  struct Source {
    WorkersAndOutsider& scenario;
    Rule rule{};
    bool left = false;

    Source* search(SearchReason reason) {
      left = rule.leaves_it(reason, scenario.in_retreat, Seen{scenario.idle});
      if (left) return nullptr;
      std::uint32_t size = scenario.queued.load(std::memory_order_seq_cst);
      while (size > 0)
        if (scenario.queued.compare_exchange_strong(size, size - 1, std::memory_order_acq_rel,
                                                    std::memory_order_acquire))
          return this;
      return nullptr;
    }
    bool left_work() const { return left; }
    void go_away() {}
    void come_back() {}
    static constexpr std::chrono::nanoseconds until_alarm() { return ModelAtomics::kForever; }
    bool all_ended() const { return scenario.done.load(std::memory_order_acquire) == kItems; }
  };
};

TEST(RetreatExplored, one_worker_always_stays) {
  expect_sound<EveryoneRetreats<RetreatCount<ModelAtomics>>>(kSchedules);
}

TEST(RetreatExplored, mutant_that_looks_and_then_goes_is_caught) {
  expect_caught<EveryoneRetreats<LooksFirst>>(kMutantSchedules, "nobody stayed");
}

TEST(RetreatExplored, what_is_published_does_not_wait_for_the_end_of_a_nap) {
  expect_sound<WorkersAndOutsider<OneRetreats, AsTheyAre>>(kSchedules);
  expect_sound<WorkersAndOutsider<BothStoleInVain, AsTheyAre>>(kSchedules);
}

TEST(RetreatExplored, mutant_that_relies_on_those_who_sleep_is_caught) {
  expect_caught<WorkersAndOutsider<OneRetreats, NobodySleeps>>(kMutantSchedules, kForAnyReason);
  expect_caught<WorkersAndOutsider<BothStoleInVain, NobodySleeps>>(kMutantSchedules, kForAnyReason);
}

}  // namespace
}  // namespace gauntlet::explore
