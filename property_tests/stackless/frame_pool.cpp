// SPDX-License-Identifier: Apache-2.0
// FramePool: blocks do not overlap, come back, and flow between threads without growing for ever.
#include "harness/colour/frame_pool.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace gauntlet::stackless {
namespace {

#ifdef GAUNTLET_FRAMES_FROM_HEAP
constexpr bool kRecycles = false;
#else
constexpr bool kRecycles = true;
#endif

}  // namespace

TEST(FramePool, blocks_are_aligned_and_do_not_overlap) {
  std::vector<std::pair<unsigned char*, std::size_t>> blocks;
  for (std::size_t bytes = 1; bytes < 1200; bytes += 7) {
    auto* block = static_cast<unsigned char*>(FramePool::allocate(bytes));
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(block) % __STDCPP_DEFAULT_NEW_ALIGNMENT__, 0U);
    std::memset(block, static_cast<int>(bytes & 0xFFU), bytes);
    blocks.emplace_back(block, bytes);
  }
  for (const auto& [block, bytes] : blocks) {
    for (std::size_t i = 0; i < bytes; ++i) ASSERT_EQ(block[i], bytes & 0xFFU);
    FramePool::release(block, bytes);
  }
}

TEST(FramePool, gives_the_block_released_last_first) {
  if (!kRecycles) GTEST_SKIP() << "under AddressSanitizer every frame comes from the heap";
  void* first = FramePool::allocate(100);
  void* second = FramePool::allocate(100);
  FramePool::release(first, 100);
  FramePool::release(second, 100);
  EXPECT_EQ(FramePool::allocate(100), second);
  EXPECT_EQ(FramePool::allocate(100), first);
  FramePool::release(first, 100);
  FramePool::release(second, 100);
}

TEST(FramePool, what_one_thread_allocates_and_another_releases_is_used_again) {
  if (!kRecycles) GTEST_SKIP() << "under AddressSanitizer every frame comes from the heap";
  constexpr std::size_t kBytes = 1000;  // A size class that nothing else here uses.
  constexpr std::size_t kBlocks = 500;
  std::set<void*> seen;
  for (int round = 0; round < 50; ++round) {
    std::vector<void*> blocks;
    for (std::size_t i = 0; i < kBlocks; ++i) blocks.push_back(FramePool::allocate(kBytes));
    seen.insert(blocks.begin(), blocks.end());
    std::thread([&] {
      for (void* block : blocks) FramePool::release(block, kBytes);
    }).join();
  }
  EXPECT_LT(seen.size(), 2 * kBlocks);
}

TEST(FramePool, a_thread_that_ends_leaves_its_blocks_to_others) {
  if (!kRecycles) GTEST_SKIP() << "under AddressSanitizer every frame comes from the heap";
  constexpr std::size_t kBytes = 960;
  std::set<void*> seen;
  for (int round = 0; round < 200; ++round) {
    std::thread([&] {
      void* block = FramePool::allocate(kBytes);
      seen.insert(block);
      FramePool::release(block, kBytes);
    }).join();
  }
  EXPECT_LT(seen.size(), 64U);
}

}  // namespace gauntlet::stackless
