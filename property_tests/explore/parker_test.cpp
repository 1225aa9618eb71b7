// SPDX-License-Identifier: Apache-2.0
// The parker of the coro lane under explored schedules: a token that was left is taken, whoever comes first.
#include "impls/coro/parker.hpp"

#include <gtest/gtest.h>

#include "property_tests/explore/expectations.hpp"
#include "property_tests/explore/model_atomics.hpp"

namespace gauntlet::explore {
namespace {

constexpr std::uint64_t kSchedules = 100'000;
constexpr std::uint64_t kMutantSchedules = 200'000;

/// Two threads that wake each other in turns, with something in the token's hands.
template <class Parker>
struct TakeTurns {
  static constexpr std::size_t kThreads = 2;
  static constexpr int kTurns = 3;

  Parker first;
  Parker second;
  PlainDatum handed;

  void thread(std::size_t self) {
    for (int turn = 0; turn < kTurns; ++turn) {
      if (self == 0) {
        handed.write(static_cast<std::uint64_t>(turn));
        second.wake();
        first.wait();
      } else {
        second.wait();
        if (handed.read() != static_cast<std::uint64_t>(turn)) Explorer::now().fail("another turn's token");
        first.wake();
      }
    }
  }
  void finish() {}
};

using Parker = impls::coro::BasicParker<ModelAtomics>;

/// Wakes, and then leaves the token.
class WakesFirst {
 public:
  void wait() {
    while (token_.exchange(0, std::memory_order_acquire) == 0) ModelAtomics::sleep_while(token_, 0);
  }
  void wake() {
    ModelAtomics::wake(token_, 1);
    token_.store(1, std::memory_order_release);
  }

 private:
  ModelAtomic<std::uint32_t> token_;
};

TEST(ParkerExplored, loses_no_token) { expect_sound<TakeTurns<Parker>>(kSchedules); }

TEST(ParkerExplored, mutant_that_wakes_before_there_is_a_token_is_caught) {
  expect_caught<TakeTurns<WakesFirst>>(kMutantSchedules, kLostWakeUp);
}

TEST(ParkerExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<TakeTurns<Parker>>(kMutantSchedules, kForAnyReason, Weakening::kNoRelease);
}

}  // namespace
}  // namespace gauntlet::explore
