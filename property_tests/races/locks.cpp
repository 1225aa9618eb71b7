// SPDX-License-Identifier: Apache-2.0
// Seeded races: locks that are not held, not the same, or left too early.
#include <atomic>

#include "property_tests/races/program.hpp"

namespace gauntlet::races {
namespace {

Task counter_without_lock() {
  WaitGroup done{2};
  Meeting meeting;
  Mutex mutex;
  Word count = 0;
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      AWAIT meeting.arrive();
      if (twin == Twin::kFixed) AWAIT mutex.lock();
      ++count;
      if (twin == Twin::kFixed) mutex.unlock();
      done.done();
    });
  AWAIT done.wait();
}
const Listed kCounter("counter_without_lock", kSeeded, counter_without_lock);

/// The writers lock, the reader believes that reading needs no lock.
Task reader_takes_no_lock() {
  WaitGroup done{2};
  Meeting meeting;
  Mutex mutex;
  Word value = 0;
  go([&]() -> Task {
    AWAIT meeting.arrive();
    AWAIT mutex.lock();
    value = 1;
    mutex.unlock();
    done.done();
  });
  go([&]() -> Task {
    AWAIT meeting.arrive();
    if (twin == Twin::kFixed) AWAIT mutex.lock();
    keep(value);
    if (twin == Twin::kFixed) mutex.unlock();
    done.done();
  });
  AWAIT done.wait();
}
const Listed kReader("reader_takes_no_lock", kSeeded, reader_takes_no_lock);

Task two_locks_for_one_value() {
  WaitGroup done{2};
  Meeting meeting;
  Mutex first;
  Mutex second;
  Word value = 0;
  for (int i = 0; i < 2; ++i)
    go([&, i]() -> Task {
      AWAIT meeting.arrive();
      Mutex& mutex = twin == Twin::kRacy && i == 1 ? second : first;
      AWAIT mutex.lock();
      ++value;
      mutex.unlock();
      done.done();
    });
  AWAIT done.wait();
}
const Listed kTwoLocks("two_locks_for_one_value", kSeeded, two_locks_for_one_value);

/// The lock guards the increment; what is done with its result it does not.
Task value_is_used_after_unlock() {
  WaitGroup done{2};
  Meeting meeting;
  Mutex mutex;
  Word value = 0;
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      AWAIT meeting.arrive();
      AWAIT mutex.lock();
      ++value;
      const Word mine = value;
      mutex.unlock();
      keep(twin == Twin::kRacy ? value : mine);
      done.done();
    });
  AWAIT done.wait();
}
const Listed kAfterUnlock("value_is_used_after_unlock", kSeeded, value_is_used_after_unlock);

/// The first look at the flag is outside of the lock.
Task double_checked_initialisation() {
  WaitGroup done{2};
  Meeting meeting;
  Mutex mutex;
  Word plain = 0;
  std::atomic<bool> ordered{false};
  Word value = 0;
  const auto ready = [&] {
    // acquire pairs with the release below.
    return twin == Twin::kRacy ? plain != 0 : ordered.load(std::memory_order_acquire);
  };
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      AWAIT meeting.arrive();
      if (!ready()) {
        AWAIT mutex.lock();
        if (!ready()) {
          value = 5;
          plain = 1;
          // release pairs with the acquire above.
          ordered.store(true, std::memory_order_release);
        }
        mutex.unlock();
      }
      keep(value);
      done.done();
    });
  AWAIT done.wait();
}
const Listed kDoubleChecked("double_checked_initialisation", kSeeded,
                            double_checked_initialisation);

/// A goroutine that did not get the lock does not have it.
Task failed_try_lock_is_ignored() {
  WaitGroup done{1};
  Passed locked;
  Passed tried;
  Mutex mutex;
  Word value = 0;
  go([&]() -> Task {
    AWAIT mutex.lock();
    value = 1;
    locked.set();
    AWAIT tried.wait();
    mutex.unlock();
    done.done();
  });
  AWAIT locked.wait();
  const bool taken = mutex.try_lock();
  if (twin == Twin::kRacy) keep(value);
  tried.set();
  if (twin == Twin::kFixed) {
    if (!taken) AWAIT mutex.lock();
    keep(value);
    mutex.unlock();
  }
  AWAIT done.wait();
}
const Listed kTryLock("failed_try_lock_is_ignored", kSeeded, failed_try_lock_is_ignored);

/// A flag without order tells that the data is there, not that it can be seen.
Task flag_publishes_nothing() {
  WaitGroup done{1};
  Passed seen;
  Channel<int> ready{1};
  Word value = 0;
  go([&]() -> Task {
    value = 1;
    seen.set();
    AWAIT ready.send(0);
    done.done();
  });
  if (twin == Twin::kRacy)
    AWAIT seen.wait();
  else
    (void)AWAIT ready.recv();
  keep(value);
  AWAIT done.wait();
}
const Listed kFlag("flag_publishes_nothing", kSeeded, flag_publishes_nothing);

}  // namespace
}  // namespace gauntlet::races
