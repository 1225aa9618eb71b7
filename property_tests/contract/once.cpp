// SPDX-License-Identifier: Apache-2.0
// Contract of Once: M4, also when the function throws or parks.
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {

TEST(Once, M4_function_is_called_once_and_every_caller_sees_what_it_did) {
  constexpr int kCallers = 20;
  for (int round = 0; round < 20; ++round) {
    int calls = 0;  // Plain: the end of the function comes before every return (H8).
    std::vector<int> seen(kCallers, 0);
    Once once;
    drive([&]() -> Task {
      for (int i = 0; i < kCallers; ++i) {
        go([&, i]() -> Task {
          AWAIT once.call([&] { ++calls; });
          seen[static_cast<std::size_t>(i)] = calls;
        });
      }
      AWAIT yield();
    });
    ASSERT_EQ(calls, 1);
    for (const int one : seen) ASSERT_EQ(one, 1);
  }
}

TEST(Once, M4_who_comes_meanwhile_waits_for_the_end_of_the_function) {
  constexpr int kWaiters = 5;
  bool ended = false;  // Plain, see above.
  std::atomic<int> early{0};
  std::atomic<int> returned{0};
  Once once;
  Channel<int> gate;
  drive([&]() -> Task {
    go([&]() -> Task {
      AWAIT once.call([&]() -> Task {
        AWAIT gate.recv();
        ended = true;
      });
    });
    for (UntilParked now(0, 1); !now.reached();) AWAIT yield();
    for (int i = 0; i < kWaiters; ++i) {
      go([&]() -> Task {
        AWAIT once.call([] {});
        if (!ended) early.fetch_add(1, std::memory_order_relaxed);
        returned.fetch_add(1, std::memory_order_relaxed);
      });
    }
    while (!waits_in("once", kWaiters)) AWAIT yield();
    AWAIT gate.send(1);
  });
  EXPECT_EQ(early.load(std::memory_order_relaxed), 0);
  EXPECT_EQ(returned.load(std::memory_order_relaxed), kWaiters);
}

TEST(Once, M4_function_that_throws_counts_as_done) {
  int calls = 0;
  int caught = 0;
  Once once;
  drive([&]() -> Task {
    for (int i = 0; i < 3; ++i) {
      try {
        AWAIT once.call([&] {
          ++calls;
          throw std::runtime_error("in the function");
        });
      } catch (const std::runtime_error&) {
        ++caught;
      }
    }
  });
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(caught, 1);
}

TEST(Once, M4_those_who_wait_return_when_the_function_throws) {
  bool caught = false;
  bool returned = false;
  Once once;
  Channel<int> gate;
  drive([&]() -> Task {
    go([&]() -> Task {
      try {
        AWAIT once.call([&]() -> Task {
          AWAIT gate.recv();
          throw std::runtime_error("after a park");
        });
      } catch (const std::runtime_error&) {
        caught = true;
      }
    });
    for (UntilParked now(0, 1); !now.reached();) AWAIT yield();
    go([&]() -> Task {
      AWAIT once.call([] {});
      returned = true;
    });
    while (!waits_in("once", 1)) AWAIT yield();
    AWAIT gate.send(1);
  });
  EXPECT_TRUE(caught);
  EXPECT_TRUE(returned);
}

TEST(Once, M4_each_has_its_own_turn) {
  int calls = 0;
  drive([&]() -> Task {
    std::vector<Once> many(10);
    for (Once& once : many) {
      AWAIT once.call([&] { ++calls; });
      AWAIT once.call([&] { ++calls; });
    }
  });
  EXPECT_EQ(calls, 10);
}

}  // namespace gauntlet::contract
