// SPDX-License-Identifier: Apache-2.0
// Sleep with faults to choose from: members of the timer service that are wrong on the faulty runtime alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"

namespace gauntlet {

template <>
inline bool TimerService<known_bad::Runtime>::start_sleep(Sleeper& self, Duration duration) {
  if (duration.count() <= 0) return true;
  if (known_bad::mutated("sleep_is_too_short")) duration -= duration / 4;
  if (known_bad::mutated("sleep_counts_in_32_bits"))
    duration = std::chrono::microseconds(static_cast<std::uint32_t>(duration.count() / 1000));
  start_thread();
  const std::int64_t at = Clock::after_ns(duration);
  self.when.store(at, std::memory_order_relaxed);  // relaxed: the shard's lock publishes it.
  self.shard = &my_shard();
  const bool must_ring = push_locked(*self.shard, {at, &self});
  self.must_ring = must_ring && !known_bad::mutated("sleep_does_not_ring_for_an_earlier_time");
  self.shard->sleepers.fetch_add(1, std::memory_order_relaxed);  // relaxed: a tally.
  return false;
}

template <>
inline void TimerService<known_bad::Runtime>::resume_all(
    std::span<const known_bad::Runtime::Handle> goroutines) {
  if (known_bad::mutated("forgets_the_last_of_many_sleepers") && goroutines.size() > 1)
    goroutines = goroutines.first(goroutines.size() - 1);
  for (const auto& goroutine : goroutines) known_bad::Runtime::resume(goroutine);
}

}  // namespace gauntlet
