// SPDX-License-Identifier: Apache-2.0
// Contract of contexts with a deadline: X2 and X3. Time is virtual where it matters.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "property_tests/contract/context_scene.hpp"
#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

TEST(Context, X2_deadline_is_the_earlier_one_of_parent_and_child) {
  VirtualTime time;
  drive([&]() -> Task {
    const Instant now = Clock::now();
    auto [parent, cancel_parent] = with_deadline(background(), now + 2s);
    auto [later, cancel_later] = with_deadline(parent, now + 3s);
    auto [earlier, cancel_earlier] = with_deadline(later, now + 1s);
    auto [none, cancel_none] = with_cancel(earlier);
    EXPECT_FALSE(background().deadline());
    EXPECT_EQ(parent.deadline(), now + 2s);
    EXPECT_EQ(later.deadline(), now + 2s);
    EXPECT_EQ(earlier.deadline(), now + 1s);
    EXPECT_EQ(none.deadline(), now + 1s);
    time.advance(1s);
    EXPECT_EQ(earlier.err(), ContextError::kDeadlineExceeded);
    EXPECT_EQ(none.err(), ContextError::kDeadlineExceeded);
    EXPECT_EQ(later.err(), ContextError::kNone);
    time.advance(1s);
    EXPECT_EQ(later.err(), ContextError::kDeadlineExceeded);
    EXPECT_EQ(parent.err(), ContextError::kDeadlineExceeded);
    AWAIT yield();
  });
}

TEST(Context, X3_timeout_cancels_at_its_time_and_not_before) {
  VirtualTime time;
  ContextError early = ContextError::kCanceled;
  ContextError at_time = ContextError::kNone;
  bool done = false;
  drive([&]() -> Task {
    auto [context, cancel] = with_timeout(background(), 50ms);
    time.advance(50ms - 1ns);
    early = context.err();
    time.advance(1ns);
    AWAIT context.done().recv();
    at_time = context.err();
    done = true;
  });
  EXPECT_EQ(early, ContextError::kNone);
  EXPECT_EQ(at_time, ContextError::kDeadlineExceeded);
  EXPECT_TRUE(done);
}

TEST(Context, X3_timeout_of_the_real_clock_wakes_who_waits) {
  ContextError error = ContextError::kNone;
  drive([&]() -> Task {
    auto [context, cancel] = with_timeout(background(), 500us);
    AWAIT context.done().recv();
    error = context.err();
  });
  EXPECT_EQ(error, ContextError::kDeadlineExceeded);
}

/// The article's program: workers that look at done() and otherwise work, until time is up.
TEST(Context, X3_workers_that_select_on_done_stop_at_the_timeout) {
  constexpr int kWorkers = 3;
  VirtualTime time;
  std::atomic<int> worked{0};
  std::atomic<int> stopped{0};
  int worked_at_the_end = 0;
  drive([&]() -> Task {
    const auto [context, cancel] = with_timeout(background(), 1900ms);
    WaitGroup all(kWorkers);
    for (int i = 0; i < kWorkers; ++i) {
      go([&, mine = context]() -> Task {
        for (bool more = true; more;) {
          switch (AWAIT select(recv(mine.done()), otherwise)) {
            case 0:
              stopped.fetch_add(1, std::memory_order_relaxed);
              more = false;
              break;
            default:
              worked.fetch_add(1, std::memory_order_relaxed);
              AWAIT sleep(500ms);
          }
        }
        all.done();
      });
    }
    for (int step = 0; step < 4; ++step) {
      while (!all_asleep(kWorkers)) AWAIT yield();
      time.advance(500ms);
    }
    AWAIT all.wait();
    worked_at_the_end = worked.load(std::memory_order_relaxed);
    cancel();  // Go's `defer cancel()`: once more does no harm.
    EXPECT_EQ(context.err(), ContextError::kDeadlineExceeded);
  });
  EXPECT_EQ(worked_at_the_end, kWorkers * 4);
  EXPECT_EQ(stopped.load(std::memory_order_relaxed), kWorkers);
}

TEST(Context, X3_select_takes_what_comes_first_of_done_and_a_timer) {
  VirtualTime time;
  std::vector<int> chosen;
  drive([&]() -> Task {
    for (const Duration timeout : {1ms, 3ms}) {
      const auto [context, cancel] = with_timeout(background(), timeout);
      WaitGroup moved(1);
      go([&]() -> Task {
        while (WaitPlace::describe_all().find("1 wait to receive") == std::string::npos)
          AWAIT yield();
        time.advance(1ms);
        time.advance(1ms);
        moved.done();
      });
      const Timer timer = after(2ms);
      chosen.push_back(AWAIT select(recv(context.done()), recv(timer)));
      AWAIT moved.wait();
      cancel();
    }
  });
  EXPECT_EQ(chosen, (std::vector<int>{0, 1}));
}

TEST(Context, X3_timeout_that_has_passed_cancels_at_once) {
  drive([&]() -> Task {
    for (const Duration passed : {Duration(0), Duration(-5s)}) {
      auto [context, cancel] = with_timeout(background(), passed);
      EXPECT_EQ(context.err(), ContextError::kDeadlineExceeded);
      EXPECT_TRUE(is_done(context));
    }
    AWAIT yield();
  });
}

TEST(Context, X3_cancel_disarms_the_deadline) {
  VirtualTime time;
  std::int64_t armed = -1;
  ContextError error = ContextError::kNone;
  drive([&]() -> Task {
    std::vector<CancelFunc> cancels;
    Context last;
    for (int i = 0; i < 1000; ++i) {
      auto [context, cancel] = with_timeout(background(), 1h);
      cancels.push_back(cancel);
      last = context;
    }
    for (const CancelFunc& cancel : cancels) cancel();
    armed = timers_armed();
    time.advance(2h);
    error = last.err();
    AWAIT yield();
  });
  EXPECT_EQ(armed, 0);
  EXPECT_EQ(error, ContextError::kCanceled);
}

}  // namespace gauntlet::contract
