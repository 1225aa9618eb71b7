// SPDX-License-Identifier: Apache-2.0
// Contract of contexts, X1 to X9: harness/contract/channel.md. Time is virtual where it matters.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "property_tests/contract/counted.hpp"
#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

namespace {

constexpr ContextKey<int> kNumber;
constexpr ContextKey<int> kOtherNumber;
constexpr ContextKey<std::string> kName;
constexpr ContextKey<Counted> kCounted;

bool is_done(const Context& context) {
  std::optional<Nothing> none;
  return context.done().try_recv(none) == TryRecv::kClosed;
}

}  // namespace

TEST(Context, X1_cancel_reaches_every_descendant_and_nobody_else) {
  int canceled = 0;
  int spared = 0;
  drive([&]() -> Task {
    auto [root, cancel_root] = with_cancel(background());
    auto [left, cancel_left] = with_cancel(root);
    auto [right, cancel_right] = with_cancel(root);
    auto [leaf, cancel_leaf] = with_cancel(with_value(left, kNumber, 1));
    auto [timed, cancel_timed] = with_timeout(leaf, 1h);
    cancel_left();
    for (const Context& below : {left, leaf, timed})
      if (is_done(below) && below.err() == ContextError::kCanceled) ++canceled;
    for (const Context& other : {root, right})
      if (!is_done(other) && other.err() == ContextError::kNone) ++spared;
    cancel_root();
    if (is_done(right)) ++canceled;
    AWAIT yield();
  });
  EXPECT_EQ(canceled, 4);
  EXPECT_EQ(spared, 2);
}

TEST(Context, X1_cancel_wakes_everyone_who_waits_below_and_they_see_what_came_before) {
  constexpr int kGoroutines = 30;
  int before = 0;  // Plain: cancel comes before the receive from done() (H8).
  std::atomic<int> woken{0};
  drive([&]() -> Task {
    auto [root, cancel] = with_cancel(background());
    for (int i = 0; i < kGoroutines; ++i) {
      go([&, i, mine = with_cancel(root).context]() -> Task {
        if (i % 2 == 0) AWAIT yield();
        AWAIT mine.done().recv();
        if (before == 7 && mine.err() == ContextError::kCanceled)
          woken.fetch_add(1, std::memory_order_relaxed);
      });
    }
    for (int turn = 0; turn < 20; ++turn) AWAIT yield();
    before = 7;
    cancel();
  });
  EXPECT_EQ(woken.load(std::memory_order_relaxed), kGoroutines);
}

TEST(Context, X1_hundred_thousand_descendants_are_canceled_wide_and_deep) {
  constexpr int kContexts = 100'000;
  int wide = 0;
  bool deep = false;
  drive([&]() -> Task {
    auto [root, cancel] = with_cancel(background());
    std::vector<Context> children;
    children.reserve(kContexts);
    for (int i = 0; i < kContexts; ++i) children.push_back(with_cancel(root).context);
    Context deepest = root;
    for (int i = 0; i < kContexts; ++i) deepest = with_cancel(deepest).context;
    cancel();
    for (const Context& child : children)
      if (is_done(child)) ++wide;
    deep = is_done(deepest);
    AWAIT yield();
  });  // And all of them are let go, on a goroutine's stack.
  EXPECT_EQ(wide, kContexts);
  EXPECT_TRUE(deep);
}

TEST(Context, X1_children_made_while_the_parent_is_canceled_are_canceled_too) {
  int alive = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<Context> made;
    drive([&]() -> Task {
      auto [root, cancel] = with_cancel(background());
      WaitGroup over(1);
      go([&, stop = cancel]() -> Task {
        for (int turn = 0; turn < round % 5; ++turn) AWAIT yield();
        stop();
        over.done();
      });
      for (int i = 0; i < 50; ++i) {
        made.push_back(with_cancel(root).context);
        made.push_back(with_cancel(made.back()).context);
        if (i % 10 == 0) AWAIT yield();
      }
      AWAIT over.wait();
    });
    for (const Context& one : made)
      if (!is_done(one)) ++alive;
  }
  EXPECT_EQ(alive, 0);
}

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

TEST(Context, X4_value_is_the_nearest_one_of_its_key_on_the_way_up) {
  drive([&]() -> Task {
    const Context one = with_value(background(), kNumber, 1);
    const Context named = with_value(one, kName, "gopher");
    auto [inner, cancel] = with_cancel(with_value(named, kNumber, 2));
    EXPECT_EQ(*one.value(kNumber), 1);
    EXPECT_EQ(one.value(kName), nullptr);
    EXPECT_EQ(*inner.value(kNumber), 2);
    EXPECT_EQ(*inner.value(kName), "gopher");
    EXPECT_EQ(inner.value(kOtherNumber), nullptr);  // A key is itself, not its type.
    EXPECT_EQ(background().value(kNumber), nullptr);
    cancel();
    EXPECT_EQ(*inner.value(kNumber), 2);
    AWAIT yield();
  });
}

TEST(Context, X4_value_context_ends_with_its_parent) {
  drive([&]() -> Task {
    auto [parent, cancel] = with_timeout(background(), 1h);
    const Context valued = with_value(parent, kNumber, 1);
    EXPECT_EQ(valued.deadline(), parent.deadline());
    EXPECT_FALSE(is_done(valued));
    cancel();
    EXPECT_TRUE(is_done(valued));
    EXPECT_EQ(valued.err(), ContextError::kCanceled);
    AWAIT yield();
  });
}

TEST(Context, X5_parent_keeps_nothing_of_a_child_that_was_canceled_or_dropped) {
  std::int64_t after_cancel = -1;
  std::int64_t after_drop = -1;
  drive([&]() -> Task {
    auto [parent, cancel_parent] = with_cancel(background());
    for (int i = 0; i < 100; ++i) {
      auto [child, cancel] = with_cancel(with_value(parent, kCounted, Counted(i)));
      cancel();
    }
    after_cancel = Counted::alive();
    for (int i = 0; i < 100; ++i) with_cancel(with_value(parent, kCounted, Counted(i)));
    after_drop = Counted::alive();
    cancel_parent();
    AWAIT yield();
  });
  EXPECT_EQ(after_cancel, 0);
  EXPECT_EQ(after_drop, 0);
}

TEST(Context, X5_children_come_and_go_while_the_parent_is_canceled) {
  for (int round = 0; round < 20; ++round) {
    drive([&]() -> Task {
      auto [parent, cancel_parent] = with_cancel(background());
      for (int side = 0; side < 3; ++side) {
        go([&, mine = parent, side]() -> Task {
          for (int i = 0; i < 40; ++i) {
            auto [child, cancel] = with_cancel(with_value(mine, kCounted, Counted(i)));
            auto [grandchild, cancel_grandchild] = with_timeout(child, 1h);
            if (i % 3 == side) cancel();
            if (i % 8 == 0) AWAIT yield();
          }
        });
      }
      for (int turn = 0; turn < round % 7; ++turn) AWAIT yield();
      cancel_parent();
    });
    ASSERT_EQ(Counted::alive(), 0);
  }
}

TEST(Context, X6_cancel_is_idempotent_also_from_many_at_once) {
  std::atomic<int> called{0};
  ContextError error = ContextError::kNone;
  drive([&]() -> Task {
    auto [context, cancel] = with_cancel(background());
    after_func(context, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    WaitGroup over(10);
    for (int i = 0; i < 10; ++i) {
      go([&over, mine = cancel, i]() -> Task {
        if (i % 2 == 0) AWAIT yield();
        mine();
        mine();
        over.done();
      });
    }
    AWAIT over.wait();
    error = context.err();
  });
  EXPECT_EQ(error, ContextError::kCanceled);
  EXPECT_EQ(called.load(std::memory_order_relaxed), 1);
}

TEST(Context, X7_err_says_what_came_first_and_stays) {
  VirtualTime time;
  drive([&]() -> Task {
    auto [canceled, cancel] = with_timeout(background(), 1ms);
    auto [expired, cancel_too_late] = with_timeout(background(), 1ms);
    EXPECT_EQ(canceled.err(), ContextError::kNone);
    cancel();
    time.advance(1ms);
    cancel_too_late();
    EXPECT_EQ(canceled.err(), ContextError::kCanceled);
    EXPECT_EQ(expired.err(), ContextError::kDeadlineExceeded);
    EXPECT_EQ(to_string(canceled.err()), "context canceled");
    EXPECT_EQ(to_string(expired.err()), "context deadline exceeded");
    AWAIT yield();
  });
}

TEST(Context, X7_cause_is_what_the_canceler_gave_for_everything_below) {
  drive([&]() -> Task {
    auto [context, cancel] = with_cancel(background());
    auto [child, cancel_child] = with_cancel(context);
    EXPECT_EQ(child.cause(), "");
    cancel("the disk is full");
    cancel("too late");
    EXPECT_EQ(context.cause(), "the disk is full");
    EXPECT_EQ(child.cause(), "the disk is full");
    EXPECT_EQ(child.err(), ContextError::kCanceled);
    auto [plain, cancel_plain] = with_cancel(background());
    cancel_plain();
    EXPECT_EQ(plain.cause(), "context canceled");
    AWAIT yield();
  });
}

TEST(Context, X7_background_and_without_cancel_never_end) {
  drive([&]() -> Task {
    auto [parent, cancel] = with_timeout(with_value(background(), kNumber, 5), 1h);
    const Context freed = without_cancel(parent);
    auto [below, cancel_below] = with_cancel(freed);
    cancel();
    EXPECT_EQ(freed.err(), ContextError::kNone);
    EXPECT_FALSE(is_done(freed));
    EXPECT_FALSE(freed.deadline());
    EXPECT_EQ(*freed.value(kNumber), 5);
    EXPECT_FALSE(is_done(below));
    EXPECT_FALSE(is_done(background()));
    EXPECT_TRUE(background().done().is_nil());
    cancel_below();
    EXPECT_TRUE(is_done(below));
    AWAIT yield();
  });
}

TEST(Context, X8_after_func_is_called_once_in_a_goroutine_of_its_own) {
  int before = 0;
  int called = 0;
  Channel<int> hand;
  drive([&]() -> Task {
    auto [context, cancel] = with_cancel(background());
    auto [below, cancel_below] = with_timeout(context, 1h);
    after_func(with_value(below, kNumber, 1), [&]() -> Task {
      called += before;
      AWAIT hand.send(1);  // It may park; cancel() does not wait for it.
    });
    before = 1;
    cancel();
    cancel();
    AWAIT hand.recv();
  });
  EXPECT_EQ(called, 1);
}

TEST(Context, X8_after_func_of_a_deadline_is_called_by_time_alone) {
  std::atomic<int> called{0};
  drive([&]() -> Task {
    auto [context, cancel] = with_timeout(background(), 200us);
    after_func(context, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    while (called.load(std::memory_order_relaxed) == 0) AWAIT yield();
  });
  EXPECT_EQ(called.load(std::memory_order_relaxed), 1);
}

TEST(Context, X8_after_func_of_a_canceled_context_is_called_at_once) {
  std::atomic<int> called{0};
  bool stopped = true;
  drive([&]() -> Task {
    auto [context, cancel] = with_cancel(background());
    cancel();
    const StopFunc stop =
        after_func(context, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    stopped = stop();
    AWAIT yield();
  });
  EXPECT_FALSE(stopped);
  EXPECT_EQ(called.load(std::memory_order_relaxed), 1);
}

TEST(Context, X8_after_func_that_was_stopped_is_not_called) {
  std::atomic<int> called{0};
  bool first = false;
  bool second = true;
  drive([&]() -> Task {
    auto [context, cancel] = with_cancel(background());
    const StopFunc stop =
        after_func(context, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    first = stop();
    second = stop();
    cancel();
    EXPECT_TRUE(after_func(background(), [] {})());
    AWAIT yield();
  });
  EXPECT_TRUE(first);
  EXPECT_FALSE(second);
  EXPECT_EQ(called.load(std::memory_order_relaxed), 0);
}

TEST(Context, X8_stop_that_races_with_cancel_says_whether_it_is_called) {
  int stopped = 0;
  std::atomic<int> called{0};
  constexpr int kRounds = 200;
  drive([&]() -> Task {
    for (int round = 0; round < kRounds; ++round) {
      auto [context, cancel] = with_cancel(background());
      const StopFunc stop =
          after_func(context, [&] { called.fetch_add(1, std::memory_order_relaxed); });
      WaitGroup over(1);
      go([&over, mine = cancel, round]() -> Task {
        if (round % 2 == 0) AWAIT yield();
        mine();
        over.done();
      });
      if (round % 3 == 0) AWAIT yield();
      if (stop()) ++stopped;
      AWAIT over.wait();
    }
  });
  EXPECT_EQ(stopped + called.load(std::memory_order_relaxed), kRounds);
}

TEST(Context, X8_after_func_of_a_context_that_nobody_holds_waits_for_those_above) {
  std::atomic<int> called{0};
  int too_early = -1;
  drive([&]() -> Task {
    auto [root, cancel] = with_cancel(background());
    after_func(with_cancel(with_cancel(root).context).context,
               [&] { called.fetch_add(1, std::memory_order_relaxed); });
    AWAIT yield();
    too_early = called.load(std::memory_order_relaxed);
    cancel();
  });
  EXPECT_EQ(too_early, 0);
  EXPECT_EQ(called.load(std::memory_order_relaxed), 1);
}

TEST(Context, X9_child_of_a_canceled_parent_is_canceled_from_the_start) {
  VirtualTime time;
  drive([&]() -> Task {
    auto [parent, cancel] = with_cancel(background());
    cancel("gone");
    auto [child, cancel_child] = with_cancel(parent);
    auto [timed, cancel_timed] = with_timeout(child, 1h);
    EXPECT_TRUE(is_done(child));
    EXPECT_EQ(child.err(), ContextError::kCanceled);
    EXPECT_EQ(child.cause(), "gone");
    EXPECT_TRUE(is_done(timed));
    EXPECT_EQ(timed.err(), ContextError::kCanceled);
    auto [expired, cancel_expired] = with_timeout(background(), 1ms);
    time.advance(1ms);
    auto [late, cancel_late] = with_cancel(expired);
    EXPECT_EQ(late.err(), ContextError::kDeadlineExceeded);
    EXPECT_EQ(timers_armed(), 0);
    AWAIT yield();
  });
}

}  // namespace gauntlet::contract
