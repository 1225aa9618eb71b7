// SPDX-License-Identifier: Apache-2.0
// The judge against histories that are right by construction, and against a search without any
// cleverness.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "property_tests/histories/any_number.hpp"
#include "property_tests/histories/judge.hpp"
#include "property_tests/histories/laws.hpp"
#include "property_tests/histories/model.hpp"
#include "property_tests/histories/simulated.hpp"
#include "property_tests/histories/windows.hpp"

namespace gauntlet::histories {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// Tries every order of requests that real time allows: no list, no memory, no windows.
class Plodder {
 public:
  explicit Plodder(const History& history)
      : history_(history),
        model_(history),
        requested_(history.operations.size(), false),
        done_(history.operations.size(), false) {}

  bool explains() { return go_on(State(history_.capacities.size())); }

 private:
  bool go_on(const State& state) {
    bool all = true;
    for (int i = 0; i < size(); ++i) all = all && (done_[at(i)] || op(i).pending());
    if (all) return true;
    for (int i = 0; i < size(); ++i) {
      if (requested_[at(i)] || !may_be_next(i)) continue;
      for (int choice = 0; choice < model_.choices(i); ++choice) {
        State next = state;
        std::vector<int> done;
        if (!model_.request(next, i, choice, done)) continue;
        requested_[at(i)] = true;
        for (const int each : done) done_[at(each)] = true;
        if (go_on(next)) return true;
        for (const int each : done) done_[at(each)] = false;
        requested_[at(i)] = false;
      }
    }
    return false;
  }

  bool may_be_next(int candidate) const {
    for (int i = 0; i < size(); ++i) {
      if (op(i).returned < op(candidate).called && !done_[at(i)]) return false;
      if (op(i).seen_parked < op(candidate).called && !requested_[at(i)]) return false;
    }
    return true;
  }

  const Operation& op(int index) const { return history_.operations[at(index)]; }
  int size() const { return static_cast<int>(history_.operations.size()); }

  const History& history_;
  Model model_;
  std::vector<bool> requested_;
  std::vector<bool> done_;
};

SimulatedShape any_shape(int operations) {
  SimulatedShape shape;
  const auto channels = static_cast<std::size_t>(*any(1, 4));
  shape.capacities = *rc::gen::container<std::vector<int>>(channels, any(0, 4));
  shape.goroutines = *any(1, 6);
  shape.operations = operations;
  shape.closes = *rc::gen::arbitrary<bool>();
  shape.selects = *rc::gen::arbitrary<bool>();
  return shape;
}

History any_simulated(int operations) {
  const SimulatedShape shape = any_shape(operations);
  return Simulated(shape, *rc::gen::arbitrary<unsigned>()).run();
}

/// Changes one thing that a faulty channel might have told.
void distort(History& history) {
  if (history.operations.empty()) return;
  const int count = static_cast<int>(history.operations.size());
  Operation& one = history.operations[at(*any(0, count))];
  Operation& other = history.operations[at(*any(0, count))];
  switch (*any(0, 5)) {
    case 0:
      if (one.answer == Answer::kReceived && other.answer == Answer::kReceived)
        std::swap(one.value, other.value);
      break;
    case 1:
      if (one.call == Call::kTryRecv) one.answer = Answer::kWouldBlock;
      if (one.call == Call::kRecv && !one.pending()) one.answer = Answer::kClosed;
      if (one.call == Call::kSend && !one.pending()) one.answer = Answer::kPanicked;
      break;
    case 2:
      if (one.answer == Answer::kReceived && other.answer == Answer::kReceived)
        one.value = other.value;
      break;
    case 3:
      if (!one.pending()) one.called = std::max(one.called, one.returned - 1);
      if (one.seen_parked < one.called) one.seen_parked = kNever;
      break;
    default:
      if (one.answer == Answer::kLength) ++one.value;
      if (one.answer == Answer::kWouldBlock && one.call == Call::kTrySend)
        one.answer = Answer::kSent;
      break;
  }
}

}  // namespace

RC_GTEST_PROP(Search, what_right_channels_record_is_linearizable, ()) {
  const History history = any_simulated(*any(1, 120));
  const Verdict verdict = judge(history);
  RC_LOG() << verdict.reason;
  RC_ASSERT(verdict.kind == Verdict::kLinearizable);
}

RC_GTEST_PROP(Search, agrees_with_trying_every_order, ()) {
  History history = any_simulated(*any(1, 9));
  for (int times = *any(0, 4); times > 0; --times) distort(history);
  const bool explained = Plodder(history).explains();
  const Verdict verdict = judge(history);
  for (const Operation& operation : history.operations)
    RC_LOG() << operation.goroutine << ": " << in_words(operation) << " [" << operation.called
             << ", " << operation.returned << "]\n";
  RC_LOG() << verdict.reason;
  RC_CLASSIFY(!explained);
  RC_ASSERT(verdict.kind == (explained ? Verdict::kLinearizable : Verdict::kBroken));
  RC_ASSERT(breach_of(history).law.empty() || !explained);
}

TEST(Search, costs_a_few_configurations_an_operation_without_any_cut) {
  const SimulatedShape shape{
      .capacities = {3}, .goroutines = 6, .operations = 20'000, .closes = false};
  const History history = Simulated(shape, 7).run();
  const Verdict verdict = judge(history);
  EXPECT_EQ(history.operations.size(), 20'000U);
  EXPECT_EQ(verdict.kind, Verdict::kLinearizable) << verdict.reason;
  EXPECT_LT(verdict.configurations, 400'000);
}

TEST(Windows, are_cut_where_nothing_is_in_flight_and_nothing_inside) {
  const auto send = [](int value, Time called) {
    return Operation{.call = Call::kSend,
                     .answer = Answer::kSent,
                     .value = value,
                     .called = called,
                     .returned = called + 5};
  };
  const auto recv = [](int value, Time called) {
    return Operation{.call = Call::kRecv,
                     .answer = Answer::kReceived,
                     .value = value,
                     .called = called,
                     .returned = called + 5};
  };
  History history{
      .capacities = {2},
      .operations = {send(1, 0), send(2, 10), recv(1, 20), recv(2, 30), send(3, 40), recv(3, 43)}};
  const auto windows = windows_of(history);
  ASSERT_EQ(windows.size(), 2U);
  EXPECT_EQ(windows[0].operations, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(windows[1].operations, (std::vector<int>{4, 5}));
  history.operations.push_back(
      {.call = Call::kRecv, .called = 15});  // Pending: in flight for ever.
  EXPECT_EQ(windows_of(history).size(), 1U);
}

TEST(Windows, know_what_was_closed_before_them) {
  const History history{
      .capacities = {1},
      .operations = {
          {.call = Call::kClose, .answer = Answer::kDone, .called = 0, .returned = 5},
          {.call = Call::kRecv, .answer = Answer::kClosed, .called = 10, .returned = 15}}};
  const auto windows = windows_of(history);
  ASSERT_EQ(windows.size(), 2U);
  EXPECT_FALSE(windows[0].start.front().closed);
  EXPECT_TRUE(windows[1].start.front().closed);
}

}  // namespace gauntlet::histories
