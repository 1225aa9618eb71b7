// SPDX-License-Identifier: Apache-2.0
// What a page held comes back as it was, and the memory of what is forgotten is used again.
#include "impls/work_stealing/page_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <utility>

#include "harness/usage.hpp"
#include "impls/work_stealing/sanitizer.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

using Bytes = std::array<std::byte, PageStore::kPageBytes>;

/// So many of its 64 lines are in use, each by one byte at least.
Bytes page_with(std::size_t lines, std::mt19937_64& random) {
  std::array<std::size_t, 64> order;
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::shuffle(order, random);
  Bytes page{};
  for (std::size_t i = 0; i < lines; ++i) page[order[i] * 64 + random() % 64] = static_cast<std::byte>(1 + random() % 255);
  return page;
}

TEST(PageStores, give_back_what_they_were_given) {
  std::mt19937_64 random(11);
  PageStore store(100);
  std::map<std::pair<std::size_t, std::uint32_t>, Bytes> model;
  for (int step = 0; step < 20'000; ++step) {
    const std::pair<std::size_t, std::uint32_t> key(random() % 100, 1 + random() % 3);
    Bytes seen;
    seen.fill(std::byte{0xEE});
    if (const auto known = model.find(key); known != model.end()) {
      ASSERT_TRUE(store.restore(key.first, key.second, seen));
      ASSERT_EQ(seen, known->second);
      store.forget(key.first, key.second);
      model.erase(known);
    } else {
      ASSERT_FALSE(store.restore(key.first, key.second, seen));
      ASSERT_EQ(seen[0], std::byte{0xEE}) << "nothing is written";
      const Bytes page = page_with(random() % 49, random);
      ASSERT_TRUE(store.save(key.first, key.second, page));
      model.emplace(key, page);
    }
    ASSERT_EQ(store.pages(), model.size());
  }
}

TEST(PageStores, refuse_what_is_too_full_to_be_worth_it) {
  std::mt19937_64 random(12);
  PageStore store(1);
  EXPECT_FALSE(store.save(0, 1, page_with(49, random)));
  EXPECT_EQ(store.pages(), 0U);
  EXPECT_EQ(store.any_of(0), PageStore::kNoPage);
  EXPECT_TRUE(store.save(0, 1, page_with(48, random)));
  EXPECT_EQ(store.any_of(0), 1U);
}

TEST(PageStores, take_what_is_in_use_and_a_header) {
  std::mt19937_64 random(13);
  PageStore store(1000);
  for (std::size_t slot = 0; slot < 1000; ++slot) ASSERT_TRUE(store.save(slot, 17, page_with(8, random)));
  EXPECT_EQ(store.bytes(), 1000U * (16 + 8 * 64));
  for (std::size_t slot = 0; slot < 1000; ++slot) store.forget(slot, 17);
  EXPECT_EQ(store.bytes(), 0U);
  EXPECT_EQ(store.pages(), 0U);
}

TEST(PageStores, use_the_memory_again_of_what_was_forgotten) {
  std::mt19937_64 random(14);
  PageStore store(2);
  const Bytes page = page_with(48, random);
  ASSERT_TRUE(store.save(1, 1, page));  // One stays, so that it is never empty.
  const std::int64_t before = resident_bytes();
  for (int i = 0; i < 20'000; ++i) {  // 62 MB, if each took its own.
    ASSERT_TRUE(store.save(0, 1, page));
    store.forget(0, 1);
  }
  // A sanitizer's own memory grows meanwhile.
  EXPECT_LT(resident_bytes(), before + (kSanitized ? 31'000'000 : 8'000'000));
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
