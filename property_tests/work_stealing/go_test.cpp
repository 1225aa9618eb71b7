// SPDX-License-Identifier: Apache-2.0
// Starting goroutines: what they may be made of, who may start them, how they may fail.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <thread>

#include "property_tests/work_stealing/workers_fixture.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

class Go : public WithWorkers {};
GAUNTLET_WITH_WORKERS(Go);

TEST_P(Go, run_returns_when_every_goroutine_has_ended) {
  std::atomic<int> ended{0};
  run([&] {
    for (int i = 0; i < 1000; ++i)
      Runtime::go([&] {
        Runtime::yield();
        Runtime::go([&] { ended.fetch_add(1, std::memory_order_relaxed); });
      });
  });
  EXPECT_EQ(ended.load(std::memory_order_relaxed), 1000);
}

TEST_P(Go, takes_move_only_callables) {
  std::atomic<int> sum{0};
  run([&] {
    for (int i = 1; i <= 100; ++i)
      Runtime::go([&, value = std::make_unique<int>(i)] {
        sum.fetch_add(*value, std::memory_order_relaxed);
      });
  });
  EXPECT_EQ(sum.load(std::memory_order_relaxed), 5050);
}

TEST_P(Go, takes_large_and_over_aligned_callables) {
  struct alignas(128) Wide {
    std::array<char, 4096> bytes{};
  };
  std::atomic<int> right{0};
  run([&] {
    for (char i = 1; i <= 100; ++i) {
      Wide wide;
      wide.bytes.fill(i);
      Runtime::go([&right, wide, i] {
        const bool is_aligned = reinterpret_cast<std::uintptr_t>(&wide) % alignof(Wide) == 0;
        if (is_aligned && wide.bytes.front() == i && wide.bytes.back() == i)
          right.fetch_add(1, std::memory_order_relaxed);
      });
    }
  });
  EXPECT_EQ(right.load(std::memory_order_relaxed), 100);
}

TEST_P(Go, destroys_each_callable_once) {
  const auto token = std::make_shared<int>(0);
  run([&] {
    for (int i = 0; i < 1000; ++i) Runtime::go([token] { Runtime::yield(); });
  });
  EXPECT_EQ(token.use_count(), 1);
}

TEST_P(Go, leaves_nothing_behind_when_copying_the_callable_throws) {
  struct Uncopyable {
    Uncopyable() = default;
    Uncopyable(const Uncopyable&) { throw std::runtime_error("no copy"); }
    void operator()() const {}
  };
  run([] {
    const Uncopyable job;
    EXPECT_THROW(Runtime::go(job), std::runtime_error);
  });
}

TEST_P(Go, runs_the_goroutines_of_other_threads) {
  constexpr int kThreads = 3;
  constexpr int kEach = 200;
  std::atomic<int> ran{0};
  run([&] {
    WaitGroup all(kThreads * kEach);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < kEach; ++i)
          Runtime::go([&] {
            ran.fetch_add(1, std::memory_order_relaxed);
            all.done();
          });
      });
    all.wait();
    for (std::thread& thread : threads) thread.join();
  });
  EXPECT_EQ(ran.load(std::memory_order_relaxed), kThreads * kEach);
}

TEST_P(Go, outside_of_run_waits_for_the_next_run) {
  std::atomic<bool> ran{false};
  Runtime::go([&] { ran.store(true, std::memory_order_relaxed); });
  EXPECT_FALSE(ran.load(std::memory_order_relaxed));
  run([] {});
  EXPECT_TRUE(ran.load(std::memory_order_relaxed));
}

TEST_P(Go, run_again_and_again_keeps_its_stacks) {
  std::atomic<int> sum{0};
  for (int i = 0; i < 100; ++i)
    run([&] {
      for (int k = 0; k < 10; ++k)
        Runtime::go([&] {
          Runtime::yield();
          sum.fetch_add(1, std::memory_order_relaxed);
        });
    });
  EXPECT_EQ(sum.load(std::memory_order_relaxed), 1000);
}

TEST_P(Go, run_may_change_the_size_of_stacks) {
  for (const std::size_t stack_bytes : {16UL << 10, 256UL << 10, 1UL << 20, 64UL << 10}) {
    bool used = false;
    Runtime::run({.workers = workers(), .stack_bytes = stack_bytes}, [&] {
      volatile char deep[12 << 10];
      deep[0] = 1;
      used = deep[0] == 1;
    });
    EXPECT_TRUE(used);
  }
}

class GoDies : public Go {
 protected:
  GoDies() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};
GAUNTLET_WITH_WORKERS(GoDies);

TEST_P(GoDies, of_an_exception_that_nobody_catches) {
  EXPECT_DEATH(run([] { Runtime::go([] { throw std::runtime_error("all is lost"); }); }),
               "goroutine [0-9]+: uncaught exception: all is lost");
}

TEST_P(GoDies, when_run_is_called_in_a_goroutine) {
  EXPECT_DEATH(run([] { run([] {}); }), "run.. inside a goroutine");
}

/// Deeper than any stack, in frames that no guard page is stepped over with.
[[gnu::noinline]] int descend(int depth) {
  volatile char frame[256];
  frame[0] = static_cast<char>(depth);
  return depth == 0 ? 0 : descend(depth - 1) + frame[0];
}

TEST_P(GoDies, of_a_stack_overflow_and_says_which) {
  EXPECT_DEATH(run([] { Runtime::go([] { descend(1'000'000'000); }); }),
               "goroutine stack overflow: goroutine [0-9]+");
}

TEST_P(GoDies, of_an_ordinary_fault_as_usual) {
  if (kSanitized) GTEST_SKIP() << "sanitizers report it in their own way";
  EXPECT_EXIT(run([] {
                volatile int* volatile nowhere = nullptr;
                *nowhere = 1;
              }),
              ::testing::KilledBySignal(SIGSEGV), "");
}

TEST_P(GoDies, with_a_clear_line_when_no_stack_is_left) {
  if (kSanitized) GTEST_SKIP() << "reserves too little address space";
  constexpr std::size_t kHugeStack = 1UL << 36;  // The address space has room for about a thousand.
  // Outside of the root: go() may be the one that tells, by an exception that ends the root's frame.
  Channel<int> never(0);
  EXPECT_DEATH(Runtime::run({.workers = workers(), .stack_bytes = kHugeStack},
                            [&] {
                              for (int i = 0; i < 5000; ++i)
                                Runtime::go([&] { (void)never.recv(); });
                              (void)never.recv();
                            }),
               "no more stacks: [0-9]+ of 68719476736 bytes");
}

TEST(Closures, take_half_a_line_for_three_words) {
  struct Captures {
    void* words[3];
    void operator()() const {}
  };
  struct More {
    void* words[4];
    void operator()() const {}
  };
  struct MayThrow {
    MayThrow() = default;
    MayThrow(const MayThrow&) {}
    void operator()() const {}
  };
  EXPECT_EQ(sizeof(ClosureFor<Captures>), 32U);
  EXPECT_EQ(sizeof(ClosureFor<More&>), 64U);
  EXPECT_EQ(sizeof(ClosureFor<MayThrow>), 32U) << "a pointer to it is all that lies there";
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
