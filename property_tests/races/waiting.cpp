// SPDX-License-Identifier: Apache-2.0
// Seeded races: waits that wait for something else than the last access.
#include "property_tests/races/program.hpp"

namespace gauntlet::races {
namespace {

/// The goroutine counts itself, after wait() has already found nobody.
Task wait_group_is_added_too_late() {
  WaitGroup group;
  WaitGroup done{1};
  Passed waited;
  Passed written;
  Word value = 0;
  if (twin == Twin::kFixed) group.add(1);
  go([&]() -> Task {
    if (twin == Twin::kRacy) {
      AWAIT waited.wait();
      group.add(1);
    }
    value = 1;
    group.done();
    written.set();
    done.done();
    AWAIT yield();
  });
  AWAIT group.wait();
  waited.set();
  if (twin == Twin::kRacy) AWAIT written.wait();
  keep(value);
  AWAIT done.wait();
}
const Listed kTooLate("wait_group_is_added_too_late", kSeeded, wait_group_is_added_too_late);

Task done_is_called_before_the_write() {
  WaitGroup group{1};
  WaitGroup end{1};
  Word value = 0;
  go([&]() -> Task {
    if (twin == Twin::kFixed) value = 1;
    group.done();
    if (twin == Twin::kRacy) value = 1;
    end.done();
    AWAIT yield();
  });
  AWAIT group.wait();
  keep(value);
  AWAIT end.wait();
}
const Listed kDone("done_is_called_before_the_write", kSeeded, done_is_called_before_the_write);

/// One of two goroutines is waited for.
Task group_counts_one_too_few() {
  WaitGroup group{1};
  WaitGroup end{2};
  Word first = 0;
  Word second = 0;
  if (twin == Twin::kFixed) group.add(1);
  go([&]() -> Task {
    first = 1;
    group.done();
    end.done();
    AWAIT yield();
  });
  go([&]() -> Task {
    second = 1;
    if (twin == Twin::kFixed) group.done();
    end.done();
    AWAIT yield();
  });
  AWAIT group.wait();
  keep(first);
  keep(second);
  AWAIT end.wait();
}
const Listed kTooFew("group_counts_one_too_few", kSeeded, group_counts_one_too_few);

/// After a while it must have happened: time is no order.
Task patience_stands_in_for_a_wait() {
  WaitGroup done{1};
  Word value = 0;
  go([&]() -> Task {
    value = 1;
    done.done();
    AWAIT yield();
  });
  AWAIT wait_a_while(100);
  if (twin == Twin::kFixed) AWAIT done.wait();
  keep(value);
  if (twin == Twin::kRacy) AWAIT done.wait();
}
const Listed kPatience("patience_stands_in_for_a_wait", kSeeded, patience_stands_in_for_a_wait);

}  // namespace
}  // namespace gauntlet::races
