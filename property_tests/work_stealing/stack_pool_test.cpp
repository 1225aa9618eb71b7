// SPDX-License-Identifier: Apache-2.0
// Stacks: guards, reuse, the shared depot, and what happens when there are no more.
#include "impls/work_stealing/stack_pool.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <vector>

namespace gauntlet::impls::work_stealing {
namespace {

constexpr std::size_t kPooledBytes = 16 * 1024;
constexpr std::size_t kSlots = 1024;
const Entry kNowhere = [](Context*, Context*, Departure::Settle, void*) {};

std::byte* top_of(const Goroutine& stack) { return static_cast<std::byte*>(stack.stack_pointer); }

TEST(StackPools, gives_distinct_stacks) {
  StackPool pool(kPooledBytes, kSlots);
  LocalStacks stacks(pool, kNowhere);
  std::set<Goroutine*> taken;
  for (int i = 0; i < 500; ++i) taken.insert(stacks.take());
  EXPECT_EQ(taken.size(), 500U);
  EXPECT_FALSE(taken.contains(nullptr));
}

TEST(StackPools, every_byte_asked_for_is_usable) {
  StackPool pool(kPooledBytes, kSlots);
  LocalStacks stacks(pool, kNowhere);
  for (int i = 0; i < 40; ++i) {
    Goroutine* stack = stacks.take();
    std::memset(top_of(*stack) - kPooledBytes, 0x5A, kPooledBytes);
    EXPECT_EQ(stack->resume_at, reinterpret_cast<void*>(kNowhere));
  }
}

TEST(StackPools, gives_the_hottest_stack_first) {
  StackPool pool(kPooledBytes, kSlots);
  LocalStacks stacks(pool, kNowhere);
  Goroutine* first = stacks.take();
  Goroutine* second = stacks.take();
  stacks.give(*first);
  stacks.give(*second);
  EXPECT_EQ(stacks.take(), second);
  EXPECT_EQ(stacks.take(), first);
}

TEST(StackPools, another_worker_gets_what_one_gave_back) {
  StackPool pool(kPooledBytes, kSlots);
  std::set<Goroutine*> given;
  {
    LocalStacks stacks(pool, kNowhere);
    std::vector<Goroutine*> taken;
    for (int i = 0; i < 300; ++i) taken.push_back(stacks.take());
    for (Goroutine* stack : taken) stacks.give(*stack);
    given.insert(taken.begin(), taken.end());
  }
  LocalStacks others(pool, kNowhere);
  for (int i = 0; i < 300; ++i) EXPECT_TRUE(given.contains(others.take()));
}

TEST(StackPools, slots_that_were_carved_in_vain_are_used_later) {
  StackPool pool(kPooledBytes, kSlots);
  for (int i = 0; i < 5000; ++i) {
    LocalStacks stacks(pool, kNowhere);
    Goroutine* stack = stacks.take();
    ASSERT_NE(stack, nullptr) << "after " << i << " runs";
    stacks.give(*stack);
  }
}

TEST(StackPools, is_exhausted_only_when_every_slot_is_in_use) {
  StackPool pool(kPooledBytes, kSlots);
  LocalStacks stacks(pool, kNowhere);
  for (std::size_t i = 0; i < kSlots; ++i) ASSERT_NE(stacks.take(), nullptr);
  EXPECT_EQ(stacks.take(), nullptr);
  EXPECT_TRUE(pool.exhausted());
  EXPECT_NE(pool.limit_reached().find("1024"), std::string::npos);
}

class Guards : public ::testing::TestWithParam<GuardKind> {};

TEST_P(Guards, a_write_below_the_stack_faults) {
  if (GetParam() == GuardKind::kMadvise && StackGuards::best_kind() != GuardKind::kMadvise)
    GTEST_SKIP() << "this kernel has no MADV_GUARD_INSTALL";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  StackPool pool(kPooledBytes, kSlots, GetParam());
  LocalStacks stacks(pool, kNowhere);
  for (int i = 0; i < 20; ++i) {
    Goroutine* stack = stacks.take();
    // Below the stack, at most two pages down: into the guard.
    auto* volatile below = top_of(*stack) - kPooledBytes - 2 * 4096 + 2048;
    while (pool.reservation.owner_of_guard(below) == nullptr) below = below + 64;
    EXPECT_EQ(pool.reservation.owner_of_guard(below), stack);
    if (i == 13) {
      EXPECT_DEATH(*below = std::byte{1}, "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, Guards, ::testing::Values(GuardKind::kMadvise, GuardKind::kMprotect),
                         [](const auto& guard) {
                           return guard.param == GuardKind::kMadvise ? "madvise" : "mprotect";
                         });

TEST(StackPools, says_so_when_guards_run_out_and_goes_on) {
  if (kSanitized) GTEST_SKIP() << "needs more stacks than sanitizers reserve";
  constexpr std::size_t kMoreThanMaps = 100'000;
  StackPool pool(4096, kMoreThanMaps, GuardKind::kMprotect);
  LocalStacks stacks(pool, kNowhere);
  ::testing::internal::CaptureStderr();
  for (std::size_t i = 0; i < kMoreThanMaps; ++i) ASSERT_NE(stacks.take(), nullptr);
  const std::string said = ::testing::internal::GetCapturedStderr();
  std::int64_t maps = 0;
  std::ifstream("/proc/sys/vm/max_map_count") >> maps;
  if (maps < 150'000) {
    EXPECT_NE(said.find("vm.max_map_count"), std::string::npos);
  }
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
