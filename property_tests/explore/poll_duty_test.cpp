// SPDX-License-Identifier: Apache-2.0
// The poller's thread stands by while a worker looks, under explored schedules: what happens after the worker's last look is
// found by the thread. A time limit may never run out here, so that the thread's patience cannot hide a loss.
#include "harness/portable/poll_duty.hpp"

#include <gtest/gtest.h>

#include "property_tests/explore/expectations.hpp"
#include "property_tests/explore/model_atomics.hpp"

namespace gauntlet::explore {
namespace {

constexpr std::uint64_t kSchedules = 100'000;
constexpr std::uint64_t kMutantSchedules = 200'000;

/// Events that happen on a third thread, and what epoll does with them: whoever looks takes all there are.
class Descriptors {
 public:
  static constexpr std::uint32_t kEvents = 3;

  void happen() {
    ready_.fetch_add(1, std::memory_order_release);
    ModelAtomics::wake(ready_, 1);
  }
  /// How many there are.
  std::uint32_t look() { return ready_.exchange(0, std::memory_order_acquire); }
  /// Returns when there is one.
  void wait() {
    while (ready_.load(std::memory_order_relaxed) == 0) ModelAtomics::sleep_while(ready_, 0);
  }

 private:
  ModelAtomic<std::uint32_t> ready_;
};

/// As the thread does it.
struct AsItIs {
  static constexpr bool kLooksBackFirst = true;
  static constexpr bool kTellsThatItSleeps = true;
};
/// Asks who has slept when the wait is over, and not before it.
struct ThreadLooksBackLate : AsItIs {
  static constexpr bool kLooksBackFirst = false;
};
struct WorkerSleepsInSilence : AsItIs {
  static constexpr bool kTellsThatItSleeps = false;
};

/// The poller's thread, a worker that looks a few times and then sleeps for ever, and a thread on which the last event
/// happens after that, or before.
template <class Rule>
struct ThreadAndWorker {
  static constexpr std::size_t kThreads = 3;
  static constexpr int kLooks = 2;

  Descriptors descriptors;
  PollDuty<ModelAtomics> duty;
  ModelAtomic<std::uint32_t> found;

  void thread(std::size_t self) {
    if (self == 0) return poll();
    if (self == 1) return look_and_sleep();
    for (std::uint32_t event = 0; event < Descriptors::kEvents; ++event) descriptors.happen();
  }

  void poll() {
    while (found.load(std::memory_order_acquire) < Descriptors::kEvents) {
      auto before = duty.past();
      descriptors.wait();
      count(descriptors.look());
      if (!Rule::kLooksBackFirst) before.slept = duty.past().slept;
      duty.stand_by(before);
    }
  }

  void look_and_sleep() {
    for (int i = 0; i < kLooks; ++i)
      if (const std::uint32_t events = descriptors.look()) {
        duty.found();
        count(events);
      }
    if (Rule::kTellsThatItSleeps) duty.fall_asleep();
    // The thread, if it waits for what the worker took, has to see that all is over.
    if (found.load(std::memory_order_acquire) == Descriptors::kEvents) descriptors.happen();
  }

  void count(std::uint32_t events) { found.fetch_add(events, std::memory_order_acq_rel); }

  void finish() {
    if (found.load(std::memory_order_relaxed) < Descriptors::kEvents) Explorer::now().fail("an event is left");
  }
};

TEST(PollDutyExplored, leaves_no_event_to_who_sleeps) { expect_sound<ThreadAndWorker<AsItIs>>(kSchedules); }

TEST(PollDutyExplored, mutant_whose_thread_looks_back_late_is_caught) {
  expect_caught<ThreadAndWorker<ThreadLooksBackLate>>(kMutantSchedules, kLostWakeUp);
}

TEST(PollDutyExplored, mutant_whose_worker_sleeps_in_silence_is_caught) {
  expect_caught<ThreadAndWorker<WorkerSleepsInSilence>>(kMutantSchedules, kLostWakeUp);
}

TEST(PollDutyExplored, mutant_without_the_dekker_pair_is_caught) {
  expect_caught<ThreadAndWorker<AsItIs>>(kMutantSchedules, kLostWakeUp, Weakening::kNoSequentialConsistency);
}

}  // namespace
}  // namespace gauntlet::explore
