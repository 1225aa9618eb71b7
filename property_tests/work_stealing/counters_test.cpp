// SPDX-License-Identifier: Apache-2.0
// Counters: programs whose numbers are known, and what holds for every program.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <span>
#include <thread>
#include <vector>

#include "property_tests/work_stealing/workers_fixture.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

class Count : public WithWorkers {
 protected:
  /// Starts so many goroutines, each of which parks once; returns when all are parked. Inside run().
  static void park_some(std::span<std::atomic<Runtime::Handle>> handles) {
    for (auto& handle : handles)
      Runtime::go([&handle] {
        Runtime::suspend([&handle](Runtime::Handle self) {
          handle.store(self, std::memory_order_release);
          return true;
        });
      });
    for (auto& handle : handles)
      while (handle.load(std::memory_order_acquire) == nullptr) Runtime::yield();
  }

  static void expect_at_the_end(std::uint64_t goroutines, std::uint64_t parks) {
    const Counters counters = Runtime::counters();
    EXPECT_EQ(counters.spawned, goroutines);
    EXPECT_EQ(counters.ended, goroutines);
    EXPECT_EQ(counters.parks, parks);
    EXPECT_EQ(counters.wakes, parks);
    EXPECT_EQ(counters.stacks_live, 0U);
    if (workers() == 1) {
      EXPECT_EQ(counters.steals, 0U);
    }
  }
};
GAUNTLET_WITH_WORKERS(Count);

TEST_P(Count, of_spawned_and_ended_goroutines) {
  run([] {
    for (int i = 0; i < 1000; ++i) Runtime::go([] {});
  });
  expect_at_the_end(1001, 0);
  EXPECT_EQ(Runtime::counters().yields, 0U);
}

TEST_P(Count, is_of_one_run) {
  run([] { Runtime::go([] { Runtime::yield(); }); });
  run([] {});
  expect_at_the_end(1, 0);
  EXPECT_EQ(Runtime::counters().yields, 0U);
}

TEST_P(Count, of_yields) {
  run([] {
    for (int i = 0; i < 10; ++i)
      Runtime::go([] {
        for (int k = 0; k < 20; ++k) Runtime::yield();
      });
  });
  expect_at_the_end(11, 0);
  EXPECT_EQ(Runtime::counters().yields, 200U);
}

TEST_P(Count, of_parks_that_are_refused_or_ended_at_once) {
  run([] {
    for (int i = 0; i < 50; ++i) {
      Runtime::suspend([](Runtime::Handle) { return false; });
      Runtime::suspend([](Runtime::Handle self) {
        Runtime::resume(self);
        return true;
      });
    }
  });
  expect_at_the_end(1, 100);
}

TEST_P(Count, of_wakes_one_by_one) {
  run([] {
    std::array<std::atomic<Runtime::Handle>, 30> parked{};
    park_some(parked);
    for (auto& handle : parked) Runtime::resume(handle.load(std::memory_order_acquire));
  });
  expect_at_the_end(31, 30);
}

TEST_P(Count, of_wakes_at_once) {
  run([] {
    std::array<std::atomic<Runtime::Handle>, 30> parked{};
    park_some(parked);
    std::vector<Runtime::Handle> handles;
    for (auto& handle : parked) handles.push_back(handle.load(std::memory_order_acquire));
    Runtime::resume_all(handles);
  });
  expect_at_the_end(31, 30);
}

TEST_P(Count, of_wakes_by_a_foreign_thread) {
  run([] {
    std::array<std::atomic<Runtime::Handle>, 30> parked{};
    park_some(parked);
    std::thread([&] {
      std::vector<Runtime::Handle> handles;
      for (auto& handle : parked) handles.push_back(handle.load(std::memory_order_acquire));
      Runtime::resume(handles.back());
      handles.pop_back();
      Runtime::resume_all(handles);
    }).join();
  });
  expect_at_the_end(31, 30);
}

TEST_P(Count, of_goroutines_that_a_foreign_thread_started) {
  run([] {
    std::thread([] {
      for (int i = 0; i < 10; ++i) Runtime::go([] {});
    }).join();
  });
  expect_at_the_end(11, 0);
}

TEST_P(Count, of_live_stacks_is_known_during_the_run) {
  run([] {
    std::array<std::atomic<Runtime::Handle>, 30> parked{};
    park_some(parked);
    const Counters during = Runtime::counters();
    EXPECT_EQ(during.spawned, 31U);
    EXPECT_EQ(during.ended, 0U);
    EXPECT_EQ(during.stacks_live, 31U);
    EXPECT_EQ(during.parks, 30U);
    EXPECT_EQ(during.wakes, 0U);
    for (auto& handle : parked) Runtime::resume(handle.load(std::memory_order_acquire));
  });
}

TEST_P(Count, of_steals) {
  if (workers() == 1) GTEST_SKIP() << "nobody steals";
  std::atomic<bool> stolen{false};
  run([&stolen] {
    const long here = thread_number();
    for (int i = 0; i < 8; ++i)
      Runtime::go([&stolen, here] {
        if (thread_number() != here) stolen.store(true, std::memory_order_release);
      });
    while (!stolen.load(std::memory_order_acquire)) relax_cpu();
  });
  EXPECT_GE(Runtime::counters().steals, 1U);
}

TEST_P(Count, agrees_after_a_storm_that_another_thread_has_watched) {
  constexpr int kPairs = 20;
  constexpr int kRounds = kSanitized ? 50 : 2000;
  std::atomic<bool> over{false};
  std::thread reader([&over] {
    while (!over.load(std::memory_order_acquire)) {
      const Counters now = Runtime::counters();
      EXPECT_LE(now.ended, now.spawned);
      EXPECT_LE(now.stacks_live, 2U * kPairs + 1);
      std::this_thread::yield();
    }
  });
  for (int repeat = 0; repeat < 3; ++repeat) {
    run([] {
      for (int pair = 0; pair < kPairs; ++pair)
        Runtime::go([] {
          Channel<int> ping(0);
          WaitGroup sent(1);
          Runtime::go([&] {
            for (int i = 0; i < kRounds; ++i) ping.send(i);
            sent.done();
          });
          for (int i = 0; i < kRounds; ++i) {
            ping.recv();
            if (i % 16 == 0) Runtime::yield();
          }
          sent.wait();
        });
    });
    const Counters counters = Runtime::counters();
    expect_at_the_end(2 * kPairs + 1, counters.parks);
    EXPECT_EQ(counters.yields, std::uint64_t{kPairs} * ((kRounds + 15) / 16));
  }
  over.store(true, std::memory_order_release);
  reader.join();
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
