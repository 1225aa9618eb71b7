// SPDX-License-Identifier: Apache-2.0
// A runtime for tests of the portable layer: goroutines are numbers, resume() only takes notes. The test plays
// every goroutine, so each state of a core can be looked at.
#pragma once

#include <utility>
#include <vector>

namespace gauntlet {

struct FakeRuntime {
  using Handle = int;

  static void resume(Handle goroutine) { resumed_.push_back(goroutine); }

  /// Who was resumed since the last call, in order.
  static std::vector<int> resumed() { return std::exchange(resumed_, {}); }

 private:
  static inline std::vector<int> resumed_;
};

}  // namespace gauntlet
