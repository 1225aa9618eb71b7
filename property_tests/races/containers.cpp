// SPDX-License-Identifier: Apache-2.0
// Seeded races: containers of the standard library, which lock nothing.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "property_tests/races/program.hpp"

namespace gauntlet::races {
namespace {

/// Different keys, one tree.
Task map_is_filled_by_two() {
  WaitGroup done{2};
  Meeting meeting;
  Mutex mutex;
  std::map<int, int> ages;
  for (int i = 0; i < 2; ++i)
    go([&, i]() -> Task {
      AWAIT meeting.arrive();
      if (twin == Twin::kFixed) AWAIT mutex.lock();
      ages[i] = i;
      if (twin == Twin::kFixed) mutex.unlock();
      done.done();
    });
  AWAIT done.wait();
}
const Listed kMap("map_is_filled_by_two", kSeeded, map_is_filled_by_two);

/// Room enough for both, but one count of what is in.
Task vector_is_appended_by_two() {
  WaitGroup done{2};
  Meeting meeting;
  Channel<int> found{1};
  std::vector<int> results;
  results.reserve(4);
  for (int i = 0; i < 2; ++i)
    go([&, i]() -> Task {
      AWAIT meeting.arrive();
      if (twin == Twin::kRacy)
        results.push_back(i);
      else
        AWAIT found.send(i);
      done.done();
    });
  if (twin == Twin::kFixed)
    for (int i = 0; i < 2; ++i) results.push_back(*AWAIT found.recv());
  AWAIT done.wait();
}
const Listed kVector("vector_is_appended_by_two", kSeeded, vector_is_appended_by_two);

/// A look at the end while another appends.
Task list_is_read_while_it_grows() {
  WaitGroup done{1};
  Meeting meeting;
  const auto names = std::make_unique<std::vector<int>>();
  names->reserve(4);
  names->push_back(1);
  const std::vector<int> snapshot = *names;
  go([&]() -> Task {
    AWAIT meeting.arrive();
    keep((twin == Twin::kRacy ? *names : snapshot).back());
    done.done();
  });
  AWAIT meeting.arrive();
  names->push_back(2);
  AWAIT done.wait();
}
const Listed kListRead("list_is_read_while_it_grows", kSeeded, list_is_read_while_it_grows);

/// A cache that is filled by whoever misses first.
Task cache_is_filled_on_demand() {
  WaitGroup done{2};
  Meeting meeting;
  Mutex mutex;
  std::optional<int> cached;
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      AWAIT meeting.arrive();
      if (twin == Twin::kFixed) AWAIT mutex.lock();
      if (!cached) cached = 7;
      keep(*cached);
      if (twin == Twin::kFixed) mutex.unlock();
      done.done();
    });
  AWAIT done.wait();
}
const Listed kCache("cache_is_filled_on_demand", kSeeded, cache_is_filled_on_demand);

}  // namespace
}  // namespace gauntlet::races
