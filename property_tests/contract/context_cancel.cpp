// SPDX-License-Identifier: Apache-2.0
// Contract of canceled contexts: X1, X5, X6 and X9. Time is virtual where it matters.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "property_tests/contract/context_scene.hpp"
#include "property_tests/contract/counted.hpp"
#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

namespace {

constexpr ContextKey<Counted> kCountedKey;

}  // namespace

TEST(Context, X1_cancel_reaches_every_descendant_and_nobody_else) {
  int canceled = 0;
  int spared = 0;
  drive([&]() -> Task {
    auto [root, cancel_root] = with_cancel(background());
    auto [left, cancel_left] = with_cancel(root);
    auto [right, cancel_right] = with_cancel(root);
    auto [leaf, cancel_leaf] = with_cancel(with_value(left, kNumberKey, 1));
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

TEST(Context, X5_parent_keeps_nothing_of_a_child_that_was_canceled_or_dropped) {
  std::int64_t after_cancel = -1;
  std::int64_t after_drop = -1;
  drive([&]() -> Task {
    auto [parent, cancel_parent] = with_cancel(background());
    for (int i = 0; i < 100; ++i) {
      auto [child, cancel] = with_cancel(with_value(parent, kCountedKey, Counted(i)));
      cancel();
    }
    after_cancel = Counted::alive();
    for (int i = 0; i < 100; ++i) with_cancel(with_value(parent, kCountedKey, Counted(i)));
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
            auto [child, cancel] = with_cancel(with_value(mine, kCountedKey, Counted(i)));
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
