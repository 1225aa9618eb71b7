// SPDX-License-Identifier: Apache-2.0
// Stacks: guards, reuse, the shared depot, and what happens when there are no more.
#include "impls/work_stealing/stack_pool.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <vector>

namespace gauntlet::impls::work_stealing {
namespace {

constexpr std::size_t kPooledBytes = 16 * 1024;
constexpr std::size_t kSlots = 1024;
const Entry kNowhere = [](Context*, Context*, Departure::Settle, void*) {};

std::byte* top_of(const Goroutine& stack) { return static_cast<std::byte*>(stack.stack_pointer); }

/// Takes so many, writes all over them, and gives them to the pool.
std::vector<Goroutine*> use_and_give_back(StackPool& pool, std::size_t count) {
  LocalStacks stacks(pool, kNowhere);
  std::vector<Goroutine*> used;
  for (std::size_t i = 0; i < count; ++i) {
    used.push_back(stacks.take());
    std::memset(top_of(*used.back()) - kPooledBytes, 0x5A, kPooledBytes);
  }
  for (Goroutine* stack : used) stacks.give(*stack);
  return used;
}

std::size_t resident_pages(const Goroutine& stack) {
  const auto top = reinterpret_cast<std::uintptr_t>(&stack);
  unsigned char resident[5] = {};
  auto* low = reinterpret_cast<void*>((top - kPooledBytes) / 4096 * 4096);
  EXPECT_EQ(mincore(low, sizeof(resident) * 4096, resident), 0);
  return static_cast<std::size_t>(std::ranges::count(resident, 1));
}

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

TEST(StackPools, released_stacks_have_no_memory_until_they_are_used_again) {
  if (!SanitizedStack::kLeavesNothing) GTEST_SKIP() << "nothing is released";
  if (sysconf(_SC_PAGESIZE) != 4096) GTEST_SKIP() << "counts pages of 4 KiB";
  StackPool pool(kPooledBytes, kSlots);
  const std::vector<Goroutine*> used = use_and_give_back(pool, 300);
  for (const Goroutine* stack : used) EXPECT_GE(resident_pages(*stack), 4U);
  EXPECT_EQ(pool.release(kSlots, 0), 5U) << "of 64 each";
  for (const Goroutine* stack : used) EXPECT_EQ(resident_pages(*stack), 0U);
  LocalStacks stacks(pool, kNowhere);
  std::set<Goroutine*> again;
  for (std::size_t i = 0; i < used.size(); ++i) {
    Goroutine* stack = stacks.take();
    EXPECT_EQ(stack->resume_at, reinterpret_cast<void*>(kNowhere));
    again.insert(stack);
  }
  EXPECT_EQ(again, std::set<Goroutine*>(used.begin(), used.end())) << "before any fresh one";
}

TEST(StackPools, the_coldest_are_released_first) {
  if (!SanitizedStack::kLeavesNothing) GTEST_SKIP() << "nothing is released";
  StackPool pool(kPooledBytes, kSlots);
  use_and_give_back(pool, 320);
  LocalStacks stacks(pool, kNowhere);
  Goroutine* hottest = stacks.take();
  stacks.give(*hottest);
  EXPECT_EQ(pool.release(3, 1), 3U);
  EXPECT_EQ(pool.release(3, 1), 0U) << "one is kept, and one the worker has";
  EXPECT_EQ(stacks.take(), hottest);
}

TEST(StackPools, know_how_many_nobody_needed) {
  StackPool pool(kPooledBytes, kSlots);
  use_and_give_back(pool, 640);
  pool.depot.fewest_filled();
  {
    LocalStacks stacks(pool, kNowhere);
    std::vector<Goroutine*> taken;
    for (int i = 0; i < 256; ++i) taken.push_back(stacks.take());
    for (Goroutine* stack : taken) stacks.give(*stack);
  }
  EXPECT_EQ(pool.depot.fewest_filled(), 6U);
  EXPECT_EQ(pool.depot.fewest_filled(), 10U);
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

TEST(StackPools, guards_come_one_by_one_where_the_kernel_does_not_take_many) {
  if (StackGuards::best_kind() != GuardKind::kMadvise) GTEST_SKIP() << "this kernel has no MADV_GUARD_INSTALL";
  constexpr std::size_t kPageBytes = 4096;
  constexpr std::size_t kCount = 100;
  StackGuards guards(GuardKind::kMadvise);
  void* mapping = mmap(nullptr, 2 * kCount * kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapping, MAP_FAILED);
  auto* const low = static_cast<std::byte*>(mapping);
  // A child of fork() may not ask for those of another process, which is what its guards still name.
  GTEST_FLAG_SET(death_test_style, "fast");
  EXPECT_EXIT(_exit(guards.install(low, kPageBytes, 2 * kPageBytes, kCount) ? 0 : 1), ::testing::ExitedWithCode(0), "");
  EXPECT_DEATH(
      {
        guards.install(low, kPageBytes, 2 * kPageBytes, kCount);
        *static_cast<volatile char*>(mapping) = 1;
      },
      "");
  EXPECT_TRUE(guards.install(low, kPageBytes, 2 * kPageBytes, kCount));
  EXPECT_DEATH(*reinterpret_cast<volatile char*>(low + 2 * (kCount - 1) * kPageBytes) = 1, "");
  munmap(mapping, 2 * kCount * kPageBytes);
}

TEST_P(Guards, outlive_the_memory_of_their_stacks) {
  if (GetParam() == GuardKind::kMadvise && StackGuards::best_kind() != GuardKind::kMadvise)
    GTEST_SKIP() << "this kernel has no MADV_GUARD_INSTALL";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  StackPool pool(kPooledBytes, kSlots, GetParam());
  const std::vector<Goroutine*> used = use_and_give_back(pool, 200);
  pool.release(kSlots, 0);
  LocalStacks stacks(pool, kNowhere);
  for (std::size_t i = 0; i < used.size(); ++i) {
    Goroutine* stack = stacks.take();
    std::memset(top_of(*stack) - kPooledBytes, 0x5A, kPooledBytes);
    auto* volatile below = top_of(*stack) - kPooledBytes - 2 * 4096 + 2048;
    while (pool.reservation.owner_of_guard(below) == nullptr) below = below + 64;
    if (i == 0 || i == 77) {
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
