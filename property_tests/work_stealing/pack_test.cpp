// SPDX-License-Identifier: Apache-2.0
// Stacks that nobody touches are packed, and whoever touches one finds it as it was: its goroutine, another one, a
// thread, the kernel.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "harness/usage.hpp"
#include "impls/work_stealing/stack_pager.hpp"
#include "property_tests/work_stealing/workers_fixture.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

/// Why this machine has no pager; empty: it has.
std::string refusal() {
  try {
    Runtime::run({}, [] {});
    Runtime::pack_stacks();
    return {};
  } catch (const std::system_error& error) {
    return error.what();
  }
}

class Pack : public WithWorkers {
 protected:
  void SetUp() override {
    if (const std::string why = refusal(); !why.empty()) GTEST_SKIP() << "n/a (" << why << ")";
    Runtime::release_memory();
  }
};
GAUNTLET_WITH_WORKERS(Pack);

TEST_P(Pack, a_goroutine_that_waits_takes_fewer_bytes_than_one_of_Go) {
  constexpr int kGoroutines = 50'000;
  constexpr double kBytesOfGo = 2748;
  run([] {
    Channel<int> gate(0);
    WaitGroup arrived(kGoroutines);
    WaitGroup all(kGoroutines);
    std::atomic<long> sum{0};
    const std::int64_t before = resident_bytes();
    for (int i = 0; i < kGoroutines; ++i)
      Runtime::go([&, i] {
        std::array<volatile int, 16> numbers;
        for (int k = 0; k < 16; ++k) numbers[static_cast<std::size_t>(k)] = i + k;
        arrived.done();
        gate.recv();
        for (int k = 0; k < 16; ++k)
          sum.fetch_add(numbers[static_cast<std::size_t>(k)] - k, std::memory_order_relaxed);
        all.done();
      });
    arrived.wait();
    const std::int64_t parked = resident_bytes();
    const PackedStacks packed = Runtime::pack_stacks();
    const std::int64_t after = resident_bytes();
    // Who is running touches its page again at once.
    EXPECT_GE(packed.pages, std::size_t{kGoroutines} * 99 / 100);
    EXPECT_GE(static_cast<double>(parked - before), 4096.0 * kGoroutines * 0.9);
    EXPECT_LT(static_cast<double>(after - before) / kGoroutines, kBytesOfGo / 2);
    gate.close();
    all.wait();
    EXPECT_EQ(sum.load(std::memory_order_relaxed), 16L * kGoroutines * (kGoroutines - 1) / 2);
  });
}

TEST_P(Pack, others_read_and_write_what_lies_on_a_packed_stack) {
  run([] {
    std::atomic<std::array<long, 4>*> shown{nullptr};
    constexpr int kOthers = 200;  // Few stacks are not worth packing.
    WaitGroup may_go_on(1);
    WaitGroup over(1 + kOthers);
    long sum = 0;
    for (int i = 0; i < kOthers; ++i)
      Runtime::go([&] {
        may_go_on.wait();
        over.done();
      });
    Runtime::go([&] {
      std::array<long, 4> mine{1, 2, 3, 4};
      shown.store(&mine, std::memory_order_release);  // Pairs with the acquire below.
      may_go_on.wait();
      for (const long number : mine) sum += number;
      over.done();
    });
    while (shown.load(std::memory_order_acquire) == nullptr) Runtime::yield();
    std::array<long, 4>& theirs = *shown.load(std::memory_order_acquire);
    Runtime::pack_stacks();
    EXPECT_EQ(theirs[2], 3);  // A goroutine reads.
    Runtime::pack_stacks();
    theirs[2] = 30;  // And writes.
    Runtime::pack_stacks();
    std::thread([&] { theirs[0] += 9; }).join();  // A thread does both.
    std::array<int, 2> pipes{};
    ASSERT_EQ(pipe(pipes.data()), 0);
    Runtime::pack_stacks();
    EXPECT_EQ(write(pipes[1], &theirs[0], sizeof(long)), static_cast<ssize_t>(sizeof(long)));  // The kernel reads.
    Runtime::pack_stacks();
    EXPECT_EQ(read(pipes[0], &theirs[3], sizeof(long)), static_cast<ssize_t>(sizeof(long)));  // And writes.
    close(pipes[0]);
    close(pipes[1]);
    Runtime::pack_stacks();
    may_go_on.done();
    over.wait();
    EXPECT_EQ(sum, 10 + 2 + 30 + 10);
  });
}

/// Uses some 200 bytes a level, and checks them when it comes back.
[[gnu::noinline]] int wait_deep_down(int depth, WaitGroup& gate) {
  std::array<volatile unsigned char, 150> filling;
  for (std::size_t i = 0; i < filling.size(); ++i) filling[i] = static_cast<unsigned char>(depth + static_cast<int>(i));
  int wrong = 0;
  if (depth > 0)
    wrong += wait_deep_down(depth - 1, gate);
  else
    gate.wait();
  for (std::size_t i = 0; i < filling.size(); ++i)
    wrong += filling[i] != static_cast<unsigned char>(depth + static_cast<int>(i));
  return wrong;
}

TEST_P(Pack, deep_stacks_stay_as_they_were) {
  constexpr int kGoroutines = 300;
  run([] {
    WaitGroup gate(1);
    WaitGroup all(kGoroutines);
    std::atomic<int> begun{0};
    std::atomic<int> wrong{0};
    for (int i = 0; i < kGoroutines; ++i)
      Runtime::go([&, i] {
        begun.fetch_add(1, std::memory_order_relaxed);
        wrong.fetch_add(wait_deep_down(i % 200, gate), std::memory_order_relaxed);
        all.done();
      });
    while (begun.load(std::memory_order_relaxed) < kGoroutines) Runtime::yield();
    for (int i = 0; i < 3; ++i) Runtime::pack_stacks();
    gate.done();
    all.wait();
    EXPECT_EQ(wrong.load(std::memory_order_relaxed), 0);
  });
}

TEST_P(Pack, while_goroutines_hand_over_and_memory_is_released) {
  constexpr int kPlayers = 200;
  constexpr int kRounds = 40;
  std::atomic<bool> over{false};
  std::atomic<int> packs{0};
  std::thread packer([&] {
    while (!over.load(std::memory_order_relaxed)) {
      Runtime::pack_stacks();
      packs.fetch_add(1, std::memory_order_relaxed);
    }
  });
  std::thread releaser([&] {
    while (!over.load(std::memory_order_relaxed)) {
      Runtime::release_memory();
      std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
  });
  long sum = 0;
  run([&] {
    for (int seen = packs.load(std::memory_order_relaxed), round = 0;
         round < kRounds || packs.load(std::memory_order_relaxed) < seen + 5; ++round) {
      Channel<int> numbers(0);
      for (int i = 0; i < kPlayers; ++i) Runtime::go([&, i] { numbers.send(i); });
      long round_sum = 0;
      for (int i = 0; i < kPlayers; ++i) round_sum += *numbers.recv();
      sum += round_sum - long{kPlayers} * (kPlayers - 1) / 2;
    }
  });
  over.store(true, std::memory_order_relaxed);
  packer.join();
  releaser.join();
  EXPECT_EQ(sum, 0);
}

/// Two threads write to pages while they are packed so many times. How often a word was not what its writer had written.
template <bool kProtects>
long lost_writes(int packs, bool until_one_is_lost) {
  constexpr std::size_t kStride = 4 * PageStore::kPageBytes;
  constexpr std::size_t kPlaces = 300;
  constexpr std::size_t kLength = kStride * kPlaces;
  void* mapping = mmap(nullptr, kLength, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return -1;
  std::atomic<long> lost{0};
  {
    auto* const base = static_cast<std::byte*>(mapping);
    std::mutex dropping;
    BasicStackPager<kProtects> pager({base, kStride, kPlaces}, dropping);
    std::atomic<bool> over{false};
    const auto write_and_check = [&](std::size_t offset) {
      for (std::uint64_t round = 1; !over.load(std::memory_order_relaxed); ++round)
        for (std::size_t slot = 0; slot < kPlaces; ++slot) {
          auto& word = *reinterpret_cast<volatile std::uint64_t*>(base + slot * kStride + PageStore::kPageBytes + offset);
          if (word != round - 1) lost.fetch_add(1, std::memory_order_relaxed);
          word = round;
        }
    };
    std::thread one([&] { write_and_check(0); });
    std::thread other([&] { write_and_check(512); });
    for (int i = 0; i < packs || (until_one_is_lost && lost.load(std::memory_order_relaxed) == 0); ++i) pager.pack(kPlaces);
    over.store(true, std::memory_order_relaxed);
    one.join();
    other.join();
  }
  munmap(mapping, kLength);
  return lost.load(std::memory_order_relaxed);
}

TEST(Pagers, lose_nothing_that_is_written_while_they_pack) {
  if (const std::string why = refusal(); !why.empty()) GTEST_SKIP() << "n/a (" << why << ")";
  EXPECT_EQ(lost_writes<true>(300, false), 0);
}

TEST(Pagers, would_lose_writes_without_protection) {
  if (const std::string why = refusal(); !why.empty()) GTEST_SKIP() << "n/a (" << why << ")";
  EXPECT_GT(lost_writes<false>(1, true), 0);  // The watchdog ends it if it never comes.
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
