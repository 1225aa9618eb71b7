// SPDX-License-Identifier: Apache-2.0
// Edges, non-edges and seeded races of read-write mutex, once, condition variable and context.
#include "property_tests/races/program.hpp"

namespace gauntlet::races {
namespace {

Task read_write_mutex_orders() {
  RWMutex mutex;
  WaitGroup done{4};
  Word value = 0;
  for (int i = 0; i < 4; ++i)
    go([&, i]() -> Task {
      for (int k = 0; k < 3; ++k) {
        if (i % 2 == 0) {
          AWAIT mutex.lock();
          ++value;
          AWAIT yield();
          mutex.unlock();
        } else {
          AWAIT mutex.rlock();
          keep(value);
          AWAIT yield();
          mutex.runlock();
        }
      }
      done.done();
    });
  AWAIT done.wait();
}
const Listed kReadWrite("H7_read_write_mutex_orders_readers_and_writers", kEdge,
                        read_write_mutex_orders);

Task once_orders_every_return() {
  Once once;
  WaitGroup done{3};
  Word value = 0;
  for (int i = 0; i < 3; ++i)
    go([&]() -> Task {
      AWAIT once.call([&] { value = 1; });
      keep(value);
      done.done();
    });
  AWAIT done.wait();
}
const Listed kOnce("H8_once_orders_every_return", kEdge, once_orders_every_return);

Task signal_orders_wait() {
  Mutex mutex;
  Cond cond(mutex);
  WaitGroup done{2};
  bool ready = false;
  Word value = 0;
  go([&]() -> Task {
    AWAIT mutex.lock();
    while (!ready) AWAIT cond.wait();
    mutex.unlock();
    keep(value);
    done.done();
  });
  go([&]() -> Task {
    AWAIT yield();
    value = 1;
    AWAIT mutex.lock();
    ready = true;
    cond.signal();
    mutex.unlock();
    done.done();
  });
  AWAIT done.wait();
}
const Listed kSignal("H8_signal_orders_wait", kEdge, signal_orders_wait);

Task cancel_orders_done() {
  CancelablePair work = with_cancel(background());
  WaitGroup done{1};
  Word value = 0;
  go([&]() -> Task {
    (void)AWAIT work.context.done().recv();
    keep(value);
    done.done();
  });
  AWAIT yield();
  value = 1;
  work.cancel();
  AWAIT done.wait();
}
const Listed kCancel("H8_cancel_orders_done", kEdge, cancel_orders_done);

Task readers_are_not_ordered() {
  RWMutex mutex;
  WaitGroup done{2};
  Meeting meeting;
  Word value = 0;
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      AWAIT meeting.arrive();
      AWAIT mutex.rlock();
      ++value;
      mutex.runlock();
      done.done();
    });
  AWAIT done.wait();
}
const Listed kReaders("N8_readers_are_not_ordered", kNonEdge, readers_are_not_ordered);

/// Reading what is guarded is what a read lock is for; counting the reads is a write.
Task write_under_a_read_lock() {
  RWMutex mutex;
  WaitGroup done{2};
  Meeting meeting;
  Word hits = 0;
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      AWAIT meeting.arrive();
      if (twin == Twin::kRacy) {
        AWAIT mutex.rlock();
        ++hits;
        mutex.runlock();
      } else {
        AWAIT mutex.lock();
        ++hits;
        mutex.unlock();
      }
      done.done();
    });
  AWAIT done.wait();
}
const Listed kReadLock("write_under_a_read_lock", kSeeded, write_under_a_read_lock);

/// To cancel is to ask; the one who was asked may still be at work.
Task result_is_read_after_cancel() {
  CancelablePair work = with_cancel(background());
  WaitGroup done{1};
  Passed written;
  Word steps = 0;
  go([&]() -> Task {
    (void)AWAIT work.context.done().recv();
    ++steps;
    written.set();
    done.done();
  });
  AWAIT yield();
  work.cancel();
  if (twin == Twin::kRacy)
    AWAIT written.wait();
  else
    AWAIT done.wait();
  keep(steps);
  if (twin == Twin::kRacy) AWAIT done.wait();
}
const Listed kAfterCancel("result_is_read_after_cancel", kSeeded, result_is_read_after_cancel);

/// The flag says that the work was begun, and is taken for its end.
Task begun_is_taken_for_done() {
  Once once;
  WaitGroup done{2};
  Passed begun;
  Word value = 0;
  go([&]() -> Task {
    AWAIT once.call([&] {
      begun.set();
      value = 1;
    });
    done.done();
  });
  go([&]() -> Task {
    AWAIT begun.wait();
    if (twin == Twin::kFixed) AWAIT once.call([] {});
    keep(value);
    done.done();
  });
  AWAIT done.wait();
}
const Listed kBegun("begun_is_taken_for_done", kSeeded, begun_is_taken_for_done);

}  // namespace
}  // namespace gauntlet::races
