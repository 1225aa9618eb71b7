// SPDX-License-Identifier: Apache-2.0
// Seeded races: what goroutines capture by reference, and what they share by accident.
#include <array>
#include <memory>
#include <string>

#include "property_tests/races/program.hpp"

namespace gauntlet::races {
namespace {

/// Every goroutine sees the loop's one variable, which the loop goes on changing.
Task loop_variable_is_captured() {
  WaitGroup done{2};
  Word index = 0;
  for (; index < 2; ++index) {
    if (twin == Twin::kRacy)
      go([&]() -> Task {
        AWAIT yield();
        keep(index);
        done.done();
      });
    else
      go([&done, index]() -> Task {
        AWAIT yield();
        keep(index);
        done.done();
      });
  }
  AWAIT done.wait();
}
const Listed kLoopVariable("loop_variable_is_captured", kSeeded, loop_variable_is_captured);

/// Both goroutines store their outcome in the one variable of the outer scope.
Task outer_error_is_assigned() {
  WaitGroup done{2};
  Meeting meeting;
  Word error = 0;
  std::array<Word, 2> errors{};
  for (std::size_t i = 0; i < 2; ++i)
    go([&, i]() -> Task {
      AWAIT meeting.arrive();
      Word& mine = twin == Twin::kRacy ? error : errors[i];
      mine = static_cast<int>(i);
      done.done();
    });
  AWAIT done.wait();
  keep(error);
}
const Listed kOuterError("outer_error_is_assigned", kSeeded, outer_error_is_assigned);

/// A pointer is a copy; what it points at is not.
Task pointer_is_copied_not_the_value() {
  WaitGroup done{1};
  Meeting meeting;
  auto config = std::make_shared<int>(1);
  auto given = twin == Twin::kRacy ? config : std::make_shared<int>(*config);
  go([&, given]() -> Task {
    AWAIT meeting.arrive();
    keep(*given);
    done.done();
  });
  AWAIT meeting.arrive();
  *config = 2;
  AWAIT done.wait();
}
const Listed kPointer("pointer_is_copied_not_the_value", kSeeded, pointer_is_copied_not_the_value);

/// The result is read while the goroutine that makes it may still run.
Task result_is_read_before_wait() {
  WaitGroup done{1};
  Meeting meeting;
  Word result = 0;
  go([&]() -> Task {
    AWAIT meeting.arrive();
    result = 42;
    done.done();
  });
  AWAIT meeting.arrive();
  if (twin == Twin::kFixed) AWAIT done.wait();
  keep(result);
  if (twin == Twin::kRacy) AWAIT done.wait();
}
const Listed kResult("result_is_read_before_wait", kSeeded, result_is_read_before_wait);

/// An object of two fields is handed over, and one of them still written by the giver.
Task field_is_set_after_start() {
  struct Request {
    int id = 0;
    int deadline = 0;
  };
  WaitGroup done{1};
  Meeting meeting;
  const auto request = std::make_unique<Request>();
  request->id = 1;
  if (twin == Twin::kFixed) request->deadline = 10;
  go([&]() -> Task {
    AWAIT meeting.arrive();
    keep(request->deadline);
    done.done();
  });
  AWAIT meeting.arrive();
  if (twin == Twin::kRacy) request->deadline = 10;
  AWAIT done.wait();
}
const Listed kField("field_is_set_after_start", kSeeded, field_is_set_after_start);

}  // namespace
}  // namespace gauntlet::races
