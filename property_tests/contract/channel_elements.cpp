// SPDX-License-Identifier: Apache-2.0
// Contract of what a channel may carry, and of what is left in it: harness/contract/channel.md.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>

#include "property_tests/contract/counted.hpp"
#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(Channel, C9_elements_may_have_no_size) {
  struct Nothing {};
  for (const int capacity : {0, 1, 127}) {
    int got = 0;
    Channel<Nothing> channel(capacity);
    drive([&]() -> Task {
      go([&]() -> Task {
        for (int i = 0; i < 200; ++i) AWAIT channel.send(Nothing{});
        channel.close();
      });
      for (;;) {
        const auto value = AWAIT channel.recv();
        if (!value) break;
        ++got;
      }
    });
    EXPECT_EQ(got, 200) << "capacity " << capacity;
  }
}

TEST(Channel, C9_elements_may_be_move_only) {
  for (const int capacity : {0, 1, 7}) {
    int sum = 0;
    Channel<std::unique_ptr<int>> channel(capacity);
    drive([&]() -> Task {
      go([&]() -> Task {
        for (int i = 1; i <= 100; ++i) AWAIT channel.send(std::make_unique<int>(i));
        channel.close();
      });
      for (;;) {
        const auto value = AWAIT channel.recv();
        if (!value) break;
        sum += **value;
      }
    });
    EXPECT_EQ(sum, 5050) << "capacity " << capacity;
  }
}

TEST(Channel, C9_elements_may_be_large_and_aligned) {
  struct alignas(64) Large {
    std::int64_t words[32];
  };
  int wrong = 0;
  Channel<Large> channel(3);
  drive([&]() -> Task {
    go([&]() -> Task {
      for (std::int64_t i = 0; i < 50; ++i) {
        Large large{};
        large.words[0] = large.words[31] = i;
        AWAIT channel.send(large);
      }
    });
    for (std::int64_t i = 0; i < 50; ++i) {
      const auto value = AWAIT channel.recv();
      if (!value || value->words[0] != i || value->words[31] != i) ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST(Channel, C9_values_left_in_the_buffer_are_destroyed_with_it) {
  {
    Channel<Counted> channel(7);
    drive([&]() -> Task {
      for (int i = 0; i < 5; ++i) AWAIT channel.send(Counted(i));
      AWAIT channel.recv();
    });
    EXPECT_EQ(Counted::alive(), 4);
  }
  EXPECT_EQ(Counted::alive(), 0);
}

}  // namespace gauntlet::contract
