// SPDX-License-Identifier: Apache-2.0
// A minimal history is broken by the same fault: what is taken away cannot break a good one.
#include "property_tests/histories/any_number.hpp"
#include "property_tests/histories/minimal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "property_tests/histories/simulated.hpp"

namespace gauntlet::histories {
namespace {

History any_good_history(int operations) {
  const SimulatedShape shape{.capacities = *rc::gen::container<std::vector<int>>(
                                 static_cast<std::size_t>(*any(1, 3)), any(0, 4)),
                             .goroutines = *any(1, 6),
                             .operations = operations,
                             .closes = *rc::gen::arbitrary<bool>(),
                             .selects = *rc::gen::arbitrary<bool>()};
  return Simulated(shape, *rc::gen::arbitrary<unsigned>()).run();
}

void show(const History& history) {
  for (const Operation& one : history.operations)
    RC_LOG() << one.goroutine << ": " << in_words(one) << " [" << one.called << ", "
             << one.seen_parked << ", " << one.returned << "]\n";
}

/// 40 good operations, then a try_recv that misses a value.
History long_broken_history() {
  History history =
      Simulated({.capacities = {2}, .goroutines = 4, .operations = 40, .closes = false}, 3).run();
  std::erase_if(history.operations, [](const Operation& one) { return one.pending(); });
  const Time middle = 1'000'000;
  history.capacities.push_back(1);
  history.operations.push_back({.call = Call::kSend,
                                .answer = Answer::kSent,
                                .goroutine = 1,
                                .channel = 1,
                                .value = 7'000,
                                .called = middle,
                                .returned = middle + 1});
  history.operations.push_back({.call = Call::kTryRecv,
                                .answer = Answer::kWouldBlock,
                                .goroutine = 2,
                                .channel = 1,
                                .called = middle + 2,
                                .returned = middle + 3});
  history.operations.push_back({.call = Call::kRecv,
                                .answer = Answer::kReceived,
                                .goroutine = 2,
                                .channel = 1,
                                .value = 7'000,
                                .called = middle + 4,
                                .returned = middle + 5});
  return history;
}

}  // namespace

RC_GTEST_PROP(Minimal, a_prefix_of_a_good_history_is_good, ()) {
  const History history = any_good_history(*any(1, 40));
  const History prefix = prefix_of(history, *any(0, 300));
  show(prefix);
  RC_ASSERT(judge(prefix).kind == Verdict::kLinearizable);
}

RC_GTEST_PROP(Minimal, nothing_removable_breaks_a_good_history, ()) {
  History history = any_good_history(*any(1, 30));
  if (*rc::gen::arbitrary<bool>()) history = prefix_of(history, *any(0, 200));
  for (const auto& group : removable(history)) {
    const History rest = without(history, group);
    const Verdict verdict = judge(rest);
    if (verdict.kind != Verdict::kLinearizable) {
      show(history);
      for (const int gone : group) RC_LOG() << "without " << gone << "\n";
      RC_LOG() << verdict.reason << "\n";
    }
    RC_ASSERT(verdict.kind == Verdict::kLinearizable);
  }
}

TEST(Minimal, a_long_history_shrinks_to_the_two_that_disagree) {
  const History broken = long_broken_history();
  ASSERT_EQ(judge(broken).kind, Verdict::kBroken);
  const History least = minimal(broken);
  ASSERT_EQ(least.operations.size(), 2U);
  EXPECT_EQ(in_words(least.operations[0]), "send(7000) on 1 -> sent");
  EXPECT_EQ(in_words(least.operations[1]), "try_recv() on 1 -> would block");
}

}  // namespace gauntlet::histories
