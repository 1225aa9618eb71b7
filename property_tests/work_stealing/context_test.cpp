// SPDX-License-Identifier: Apache-2.0
// The stack switch: registers, arguments, exceptions and backtraces across it.
#include "impls/work_stealing/context.hpp"

#include <gtest/gtest.h>
#include <unwind.h>

#include <cstddef>
#include <memory>

#include "impls/work_stealing/sanitizer.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

constexpr std::size_t kStackBytes = 256 * 1024;

/// Another stack, and the way back.
/// Public, because the entries of stacks are plain functions.
class SwitchedContext : public ::testing::Test {
 public:
  SwitchedContext() {
    home_.sanitized.adopt_thread();
    other_.sanitized.create(stack_.get(), kStackBytes);
    running_ = this;
  }
  ~SwitchedContext() override {
    other_.sanitized.destroy();
    home_.sanitized.release_thread();
  }

  struct Side : Context {
    [[no_unique_address]] SanitizedStack sanitized;
  };

  static Departure go_over(Side& from, Side& to, Departure departure) {
    from.sanitized.leave_for(to.sanitized);
    const Departure arrived = switch_context(from, to, departure);
    from.sanitized.arrive();
    return arrived;
  }

  void start(Entry entry) { prepare_context(other_, stack_.get() + kStackBytes, entry); }

  std::unique_ptr<std::byte[]> stack_ = std::make_unique<std::byte[]>(kStackBytes);
  Side home_;
  Side other_;
  int visits_ = 0;
  std::size_t frames_ = 0;
  Departure got_;

  static inline SwitchedContext* running_ = nullptr;
};

TEST_F(SwitchedContext, goes_back_and_forth) {
  start([](Context*, Context*, Departure::Settle, void*) {
    running_->other_.sanitized.arrive();
    for (;;) {
      ++running_->visits_;
      go_over(running_->other_, running_->home_, {});
    }
  });
  for (int i = 1; i <= 1000; ++i) {
    go_over(home_, other_, {});
    ASSERT_EQ(visits_, i);
  }
}

TEST_F(SwitchedContext, hands_the_departure_to_a_fresh_stack_and_to_one_that_was_left) {
  static int first = 0;
  static int second = 0;
  static constexpr Departure::Settle kSettle = [](void*) noexcept {};
  start([](Context* from, Context* self, Departure::Settle settle, void* argument) {
    running_->other_.sanitized.arrive();
    EXPECT_EQ(from, &running_->home_);
    EXPECT_EQ(self, &running_->other_);
    running_->got_ = {settle, argument};
    running_->got_ = go_over(running_->other_, running_->home_, {kSettle, &second});
    go_over(running_->other_, running_->home_, {});
  });
  const Departure came_back = go_over(home_, other_, {kSettle, &first});
  EXPECT_EQ(got_.settle, kSettle);
  EXPECT_EQ(got_.argument, &first);
  EXPECT_EQ(came_back.argument, &second);
  go_over(home_, other_, {kSettle, &second});
  EXPECT_EQ(got_.argument, &second);
}

TEST_F(SwitchedContext, keeps_what_the_caller_has_in_registers) {
  start([](Context*, Context*, Departure::Settle, void*) {
    running_->other_.sanitized.arrive();
    for (double clobber = 1;; clobber *= 1.5) {
      running_->visits_ += static_cast<int>(clobber) & 1;
      go_over(running_->other_, running_->home_, {});
    }
  });
  long sum = 0;
  double product = 1;
  long double precise = 1;
  for (int i = 1; i <= 20; ++i) {
    go_over(home_, other_, {});
    sum += i;
    product *= 1 + 1.0 / i;
    precise += 0.5L;
  }
  EXPECT_EQ(sum, 210);
  EXPECT_NEAR(product, 21, 1e-9);
  EXPECT_EQ(precise, 11);
}

TEST_F(SwitchedContext, backtrace_ends_at_the_entry) {
  start([](Context*, Context*, Departure::Settle, void*) {
    end_backtrace_here();
    running_->other_.sanitized.arrive();
    const _Unwind_Reason_Code end = _Unwind_Backtrace(
        [](_Unwind_Context*, void* frames) {
          ++*static_cast<std::size_t*>(frames);
          return _URC_NO_REASON;
        },
        &running_->frames_);
    EXPECT_EQ(end, _URC_END_OF_STACK);
    go_over(running_->other_, running_->home_, {});
  });
  go_over(home_, other_, {});
  EXPECT_GE(frames_, 1U);
  EXPECT_LE(frames_, 4U);
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
