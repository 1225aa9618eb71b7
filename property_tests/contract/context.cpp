// SPDX-License-Identifier: Apache-2.0
// Contract of what a context tells: its values (X4), how it ended and why (X7).
#include <gtest/gtest.h>

#include <string>

#include "property_tests/contract/context_scene.hpp"
#include "property_tests/contract/lane.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {

namespace {

constexpr ContextKey<int> kOtherNumberKey;
constexpr ContextKey<std::string> kNameKey;

}  // namespace

TEST(Context, X4_value_is_the_nearest_one_of_its_key_on_the_way_up) {
  drive([&]() -> Task {
    const Context one = with_value(background(), kNumberKey, 1);
    const Context named = with_value(one, kNameKey, "gopher");
    auto [inner, cancel] = with_cancel(with_value(named, kNumberKey, 2));
    EXPECT_EQ(*one.value(kNumberKey), 1);
    EXPECT_EQ(one.value(kNameKey), nullptr);
    EXPECT_EQ(*inner.value(kNumberKey), 2);
    EXPECT_EQ(*inner.value(kNameKey), "gopher");
    EXPECT_EQ(inner.value(kOtherNumberKey), nullptr);  // A key is itself, not its type.
    EXPECT_EQ(background().value(kNumberKey), nullptr);
    cancel();
    EXPECT_EQ(*inner.value(kNumberKey), 2);
    AWAIT yield();
  });
}

TEST(Context, X4_value_context_ends_with_its_parent) {
  drive([&]() -> Task {
    auto [parent, cancel] = with_timeout(background(), 1h);
    const Context valued = with_value(parent, kNumberKey, 1);
    EXPECT_EQ(valued.deadline(), parent.deadline());
    EXPECT_FALSE(is_done(valued));
    cancel();
    EXPECT_TRUE(is_done(valued));
    EXPECT_EQ(valued.err(), ContextError::kCanceled);
    AWAIT yield();
  });
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
    auto [parent, cancel] = with_timeout(with_value(background(), kNumberKey, 5), 1h);
    const Context freed = without_cancel(parent);
    auto [below, cancel_below] = with_cancel(freed);
    cancel();
    EXPECT_EQ(freed.err(), ContextError::kNone);
    EXPECT_FALSE(is_done(freed));
    EXPECT_FALSE(freed.deadline());
    EXPECT_EQ(*freed.value(kNumberKey), 5);
    EXPECT_FALSE(is_done(below));
    EXPECT_FALSE(is_done(background()));
    EXPECT_TRUE(background().done().is_nil());
    cancel_below();
    EXPECT_TRUE(is_done(below));
    AWAIT yield();
  });
}

}  // namespace gauntlet::contract
