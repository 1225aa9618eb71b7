// SPDX-License-Identifier: Apache-2.0
// Unit tests of the census: who is on record, and when nothing can act any more. No runtime: the test plays
// every goroutine.
#include "harness/portable/census.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <source_location>
#include <thread>
#include <vector>

#include "harness/contract/panic.hpp"
#include "harness/portable/stall.hpp"

namespace gauntlet {
namespace {

class Counted : public ::testing::Test {
 protected:
  void SetUp() override {
    on_stall([this](const Stall& stall) { stalls_.push_back(stall); });
    Census::begin_run();
  }
  void TearDown() override {
    on_stall({});
    EXPECT_EQ(Census::alive(), 0U);
    EXPECT_EQ(Census::busy(), 0U);
  }
  std::vector<Stall> stalls_;
};

/// Started by the calling thread, as whoever that is.
class Played {
 public:
  explicit Played(bool is_root = false) : record_(std::source_location::current(), is_root) {
    Census::enter(record_);
  }
  ~Played() { Census::leave(record_); }
  GoroutineRecord& record() { return record_; }
  void park(WaitReason reason = {}) {
    record_.will_wait_for(reason);
    record_.parks();
    Census::one_less_busy();
  }
  void wake() {
    record_.is_woken();
    Census::one_more_busy();
  }

 private:
  GoroutineRecord record_;
};

using Record = Counted;
using Count = Counted;

TEST_F(Record, a_panic_names_the_goroutine) {
  const auto program = [] {
    const Played root(true);
    Played child;
    Census::set_current(&child.record());
    panic("send on closed channel");
  };
  EXPECT_DEATH(program(), "gauntlet: panic in goroutine 2 \\(started at .*census_test.cpp:.*\\): send on closed channel");
}

TEST_F(Record, a_panic_outside_of_goroutines_says_so) {
  EXPECT_DEATH(panic("close of nil channel"), "panic in a thread that runs no known goroutine: close of nil");
}

TEST_F(Record, numbers_begin_at_1_and_tell_the_parent) {
  Played root(true);
  Census::set_current(&root.record());
  const Played child;
  Census::set_current(nullptr);
  const Played orphan;
  const std::vector<GoroutineFacts> facts = Census::facts();
  ASSERT_EQ(facts.size(), 3U);
  EXPECT_EQ(facts[0].id, 1U);
  EXPECT_TRUE(facts[0].is_root);
  EXPECT_EQ(facts[1].parent, 1U);
  EXPECT_EQ(facts[2].parent, 0U);
}

TEST_F(Record, numbers_go_on_while_somebody_lives_and_start_anew_when_nobody_does) {
  {
    const Played first;
    Census::begin_run();
    const Played second;
    EXPECT_EQ(Census::facts().back().id, 2U);
  }
  Census::begin_run();
  const Played again;
  EXPECT_EQ(Census::facts().front().id, 1U);
}

TEST_F(Record, every_one_of_a_thousand_is_listed_in_order_and_none_after_its_end) {
  std::vector<std::unique_ptr<Played>> many;
  for (int i = 0; i < 1000; ++i) many.push_back(std::make_unique<Played>());
  for (std::size_t i = 0; i < many.size(); i += 2) many[i].reset();
  const std::vector<GoroutineFacts> facts = Census::facts();
  ASSERT_EQ(facts.size(), 500U);
  for (std::size_t i = 0; i < facts.size(); ++i) EXPECT_EQ(facts[i].id, 2 * (i + 1));
}

TEST_F(Record, tells_what_it_is_parked_for_and_forgets_it_when_woken) {
  Played root(true);
  Played one;
  const int place = 0;
  one.park({WaitFor::kSend, &place, 3});
  GoroutineFacts facts = Census::facts().back();
  EXPECT_EQ(facts.state, GoroutineState::kParked);
  EXPECT_EQ(facts.reason.what, WaitFor::kSend);
  EXPECT_EQ(facts.reason.place, &place);
  EXPECT_EQ(facts.reason.number, 3U);
  const std::uint64_t park = facts.parks;
  one.wake();
  facts = Census::facts().back();
  EXPECT_EQ(facts.state, GoroutineState::kReady);
  EXPECT_EQ(facts.reason.place, nullptr);
  EXPECT_NE(facts.parks, park);
}

TEST_F(Record, the_current_one_is_the_threads_own) {
  Played one;
  Census::set_current(&one.record());
  std::thread([] { EXPECT_EQ(Census::current(), nullptr); }).join();
  EXPECT_EQ(Census::current(), &one.record());
  Census::set_current(nullptr);
}

TEST_F(Count, stalls_when_the_last_one_parks) {
  Played root(true);
  Played other;
  other.park();
  EXPECT_TRUE(stalls_.empty());
  root.park();
  ASSERT_EQ(stalls_.size(), 1U);
  EXPECT_EQ(stalls_[0].kind, Stall::Kind::kDeadlock);
  EXPECT_EQ(stalls_[0].goroutines.size(), 2U);
  root.wake();
  other.wake();
}

TEST_F(Count, stalls_when_the_last_one_that_is_awake_ends_and_calls_it_a_leak) {
  Played left_behind;
  std::optional<Played> root(std::in_place, true);
  left_behind.park();
  root.reset();
  ASSERT_EQ(stalls_.size(), 1U);
  EXPECT_EQ(stalls_[0].kind, Stall::Kind::kLeak);
  left_behind.wake();
}

TEST_F(Count, does_not_stall_while_one_is_woken_before_its_waker_parks) {
  Played first(true);
  Played second;
  for (int turn = 0; turn < 10; ++turn) {
    first.park();
    first.wake();   // By second, which is awake.
    second.park();
    second.wake();
  }
  EXPECT_TRUE(stalls_.empty());
}

TEST_F(Count, a_wake_up_may_be_counted_before_the_park_is) {
  Played one(true);
  one.record().parks();
  one.wake();  // By another thread, as soon as the handle is published.
  Census::one_less_busy();
  EXPECT_TRUE(stalls_.empty());
}

TEST_F(Count, an_external_waker_keeps_it_quiet_and_its_end_does_not) {
  Played root(true);
  {
    const ExternalWaker timer;
    root.park();
    EXPECT_TRUE(stalls_.empty());
  }
  EXPECT_EQ(stalls_.size(), 1U);
  root.wake();
}

TEST_F(Count, one_that_the_hook_woke_may_end_before_it_has_woken_the_next) {
  Played root(true);
  std::optional<Played> first(std::in_place);
  Played second;
  int reports = 0;
  on_stall([&](const Stall&) {
    ++reports;
    first->wake();
    first.reset();  // On another worker, while this one is between two wake-ups.
    root.wake();
    second.wake();
  });
  first->park();
  second.park();
  root.park();
  EXPECT_EQ(reports, 1);
}

TEST_F(Count, stalls_again_when_those_that_the_hook_woke_sleep_again) {
  Played root(true);
  int reports = 0;
  on_stall([&](const Stall&) {
    if (++reports == 3) return;  // Enough: it wakes nobody.
    root.wake();
    root.park();
  });
  root.park();
  EXPECT_EQ(reports, 3);
  root.wake();
}

TEST_F(Count, nobody_alive_is_no_stall) {
  { const Played root(true); }
  { const ExternalWaker timer; }
  EXPECT_TRUE(stalls_.empty());
}

}  // namespace
}  // namespace gauntlet
