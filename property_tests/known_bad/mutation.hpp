// SPDX-License-Identifier: Apache-2.0
// Which fault this process has: one build holds them all, GAUNTLET_MUTATION picks one, without it there is
// none. So the correct twin of every known-bad is the very same executable.
#pragma once

#include <atomic>
#include <cstdlib>
#include <string_view>

namespace gauntlet::known_bad {

/// Precondition: `name` is one of those in catch_all.py.
inline bool mutated(std::string_view name) {
  static const char* const asked = std::getenv("GAUNTLET_MUTATION");
  return asked != nullptr && name == asked;
}

/// True once in so many calls: a fault that shows at once is too easy to catch.
class Now {
 public:
  explicit Now(unsigned every) : every_(every) {}
  bool is_the_time() {
    // relaxed: a tally, it publishes nothing.
    return (calls_.fetch_add(1, std::memory_order_relaxed) + 1) % every_ == 0;
  }

 private:
  unsigned every_;
  std::atomic<unsigned> calls_{0};
};

}  // namespace gauntlet::known_bad
