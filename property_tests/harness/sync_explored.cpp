// SPDX-License-Identifier: Apache-2.0
// The protocols of read-write mutex, once and condition variable under explored schedules in weak memory:
// nobody is forgotten, nobody is let in beside a writer, nothing is touched after its owner may end it.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "harness/portable/cond_core.hpp"
#include "harness/portable/mutex_core.hpp"
#include "harness/portable/once_core.hpp"
#include "harness/portable/rw_mutex_core.hpp"
#include "property_tests/explore/expectations.hpp"
#include "property_tests/harness/model_runtime.hpp"

namespace gauntlet::explore {
namespace {

constexpr std::uint64_t kSchedules = 20'000;
constexpr std::uint64_t kMutantSchedules = 100'000;

using ReadWrite = RwMutexCore<ModelRuntime, MortalAtomics>;
using OneTime = OnceCore<ModelRuntime, ModelAtomics>;
using Lock = MutexCore<ModelRuntime, ModelAtomics>;
using Condition = CondCore<ModelRuntime, ModelAtomics>;

void park(auto& core, auto& self) {
  ModelRuntime::suspend([&](std::size_t handle) {
    core.stay_parked(self, handle);
    return true;
  });
}

void lock(ReadWrite& mutex) {
  ReadWrite::Locker locker;
  while (!locker.ok && !mutex.start_lock(locker)) park(mutex, locker);
}
void rlock(ReadWrite& mutex) {
  ReadWrite::Locker locker;
  while (!locker.ok && !mutex.start_rlock(locker)) park(mutex, locker);
}

enum class Fault : std::uint8_t {
  kNone,
  kReaderStays,    ///< A reader forgets to leave.
  kForgetsItLost,  ///< Who was woken comes back as if it were new, and may take the short way.
};

/// Two write and one reads, each twice; the last one out ends the mutex.
template <Fault kFault>
struct WritersAndReader {
  static constexpr std::size_t kThreads = 3;
  ModelRuntime runtime;
  std::optional<ReadWrite> mutex{std::in_place};
  PlainDatum written;
  ModelAtomic<std::uint32_t> turns;

  void thread(std::size_t self) {
    for (int round = 0; round < 2; ++round) {
      ReadWrite::Locker locker;
      if (self == 0) {
        while (!locker.ok && !mutex->start_rlock(locker)) wait(locker);
        if (written.read() > 4) Explorer::now().fail("a write is doubled");
        const bool last = turns.fetch_add(1, std::memory_order_acq_rel) == 5;
        if (kFault != Fault::kReaderStays || round == 0) mutex->runlock();
        if (last) mutex.reset();
      } else {
        while (!locker.ok && !mutex->start_lock(locker)) wait(locker);
        written.write(written.read() + 1);
        const bool last = turns.fetch_add(1, std::memory_order_acq_rel) == 5;
        mutex->unlock();
        if (last) mutex.reset();
      }
    }
  }
  void finish() {
    if (written.read() != 4) Explorer::now().fail("a write is lost");
  }

  void wait(ReadWrite::Locker& locker) {
    park(*mutex, locker);
    if (kFault == Fault::kForgetsItLost) locker.lost_once = false;
  }
};

/// A writer meets two readers; whoever reads sees the write or sees it not begun.
struct WriterAndReaders {
  static constexpr std::size_t kThreads = 3;
  ModelRuntime runtime;
  ReadWrite mutex;
  PlainDatum one;
  PlainDatum other;

  void thread(std::size_t self) {
    if (self == 0) {
      lock(mutex);
      one.write(1);
      other.write(1);
      mutex.unlock();
      return;
    }
    for (int round = 0; round < 2; ++round) {
      rlock(mutex);
      if (one.read() != other.read()) Explorer::now().fail("a reader beside a writer");
      mutex.runlock();
    }
  }
  void finish() {
    if (one.read() != 1 || !mutex.try_lock()) Explorer::now().fail("it is not free at the end");
  }
};

/// It is held while two more want to read and one to write: of those who are woken together one may leave, and hand over to
/// the writer, before the other comes.
struct WokenTogether {
  static constexpr std::size_t kThreads = 4;
  ModelRuntime runtime;
  ReadWrite mutex;
  PlainDatum written;

  WokenTogether() {
    if (!mutex.try_lock()) Explorer::now().fail("a new one is not free");
  }

  void thread(std::size_t self) {
    if (self == 0) return mutex.unlock();
    if (self == 1) {
      lock(mutex);
      written.write(1);
      mutex.unlock();
    } else {
      rlock(mutex);
      if (written.read() > 1) Explorer::now().fail("nobody wrote that");
      mutex.runlock();
    }
  }
  void finish() {
    if (written.read() != 1 || !mutex.try_lock()) Explorer::now().fail("it is not free at the end");
  }
};

/// Three ask for what is done once. kAnswersEarly: it counts as done before the function has run.
template <bool kAnswersEarly>
struct ThreeAsk {
  static constexpr std::size_t kThreads = 3;
  ModelRuntime runtime;
  OneTime once;
  PlainDatum done;

  void thread(std::size_t) {
    Waiter<ModelRuntime> self;
    const OnceTurn turn = once.start(self);
    if (turn == OnceTurn::kWait) park(once, self);
    if (turn == OnceTurn::kMine) {
      if (kAnswersEarly) once.finish();
      done.write(done.read() + 1);
      if (!kAnswersEarly) once.finish();
    }
    if (done.read() != 1) Explorer::now().fail("call() returned before the function");
  }
  void finish() {
    if (done.read() != 1) Explorer::now().fail("done twice");
  }
};

/// Two wait until a third has set a flag, and are woken by two signals or one broadcast. kDrawsLate: a
/// waiter draws its ticket when the mutex is unlocked already.
template <bool kDrawsLate, bool kBroadcasts>
struct TwoWaitForOne {
  static constexpr std::size_t kThreads = 3;
  ModelRuntime runtime;
  Lock mutex;
  Condition cond;
  PlainDatum flag;
  ModelAtomic<std::uint32_t> returned;

  void thread(std::size_t self) {
    if (self == 0) {
      lock();
      flag.write(1);
      mutex.unlock();
      if (kBroadcasts) {
        cond.broadcast();
      } else {
        cond.signal();
        cond.signal();
      }
      return;
    }
    lock();
    while (flag.read() == 0) {
      Condition::Sleeper sleeper;
      if (!kDrawsLate) cond.draw(sleeper);
      mutex.unlock();
      if (kDrawsLate) cond.draw(sleeper);
      if (!cond.start_wait(sleeper)) park(cond, sleeper);
      lock();
    }
    mutex.unlock();
    returned.fetch_add(1, std::memory_order_relaxed);
  }
  void finish() {
    if (returned.load(std::memory_order_relaxed) != 2) Explorer::now().fail("a waiter is forgotten");
  }

  void lock() {
    Lock::Locker locker;
    while (!mutex.start_lock(locker)) {
      park(mutex, locker);
      if (locker.ok) return;
    }
  }
};

TEST(RWMutexExplored, excludes_forgets_none_and_may_die_after_the_last_unlock) {
  expect_sound<WritersAndReader<Fault::kNone>>(kSchedules);
  expect_sound<WriterAndReaders>(kSchedules);
  expect_sound<WokenTogether>(kSchedules);
}

TEST(RWMutexExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<WritersAndReader<Fault::kNone>>(kMutantSchedules, "data race", Weakening::kNoRelease);
  expect_caught<WriterAndReaders>(kMutantSchedules, "data race", Weakening::kNoRelease);
}

TEST(RWMutexExplored, mutant_whose_reader_forgets_to_leave_is_caught) {
  expect_caught<WritersAndReader<Fault::kReaderStays>>(kMutantSchedules, kLostWakeUp);
}

TEST(RWMutexExplored, mutant_that_forgets_who_waits_behind_the_woken_is_caught) {
  expect_caught<WritersAndReader<Fault::kForgetsItLost>>(kMutantSchedules, kLostWakeUp);
}

TEST(OnceExplored, is_done_once_and_nobody_returns_before) { expect_sound<ThreeAsk<false>>(kSchedules); }

TEST(OnceExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<ThreeAsk<false>>(kMutantSchedules, "data race", Weakening::kNoRelease);
}

TEST(OnceExplored, mutant_that_answers_before_the_end_is_caught) {
  expect_caught<ThreeAsk<true>>(kMutantSchedules, kForAnyReason);
}

TEST(CondExplored, forgets_none_who_waits) {
  expect_sound<TwoWaitForOne<false, false>>(kSchedules);
  expect_sound<TwoWaitForOne<false, true>>(kSchedules);
}

TEST(CondExplored, mutant_that_draws_its_ticket_after_the_unlock_is_caught) {
  expect_caught<TwoWaitForOne<true, false>>(kMutantSchedules, kLostWakeUp);
  expect_caught<TwoWaitForOne<true, true>>(kMutantSchedules, kLostWakeUp);
}

TEST(CondExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<TwoWaitForOne<false, true>>(kMutantSchedules, "data race", Weakening::kNoRelease);
}

}  // namespace
}  // namespace gauntlet::explore
