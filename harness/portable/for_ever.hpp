// SPDX-License-Identifier: Apache-2.0
// Where those park whom nobody can wake: Go's nil channel, a select without cases or with nil channels only.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "harness/portable/wait_place.hpp"

namespace gauntlet {

class ForEver final : public WaitPlace {
 public:
  /// The last step of such a park; the caller drops the goroutine's handle.
  static void stay_parked() {
    // Never destroyed: a goroutine may park here as long as the process lives.
    static ForEver& place = *new ForEver;
    // relaxed: a tally for a person.
    place.parked_.fetch_add(1, std::memory_order_relaxed);
  }

 private:
  ForEver() { enlist(); }

  void describe(std::string& text) const override {
    const std::int64_t parked = parked_.load(std::memory_order_relaxed);  // relaxed: a snapshot.
    if (parked == 0) return;
    text += "for ever (nil channel, or select without one that is not): " + std::to_string(parked) +
            " wait\n";
  }

  std::atomic<std::int64_t> parked_{0};
};

}  // namespace gauntlet
