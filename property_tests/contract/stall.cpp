// SPDX-License-Identifier: Apache-2.0
// Contract of the end that does not come: rules R3 (goroutines that are left behind for ever) and R4 (all are
// asleep). Both are reported, and nothing else is.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "property_tests/contract/needs_reports.hpp"
#include "property_tests/contract/virtual_time.hpp"

namespace gauntlet::contract {
namespace {

#if defined(__SANITIZE_THREAD__)
constexpr bool kThreadSanitizer = true;
#elif defined(__has_feature)
constexpr bool kThreadSanitizer = __has_feature(thread_sanitizer);
#else
constexpr bool kThreadSanitizer = false;
#endif

/// All but the caller are parked. A goroutine joins the queue of what it waits for first, and is parked a moment later:
/// waits_in() is not enough where its state is looked at.
bool others_are_parked() { return Census::busy() == 1; }

/// While it lives, reports come here instead of ending the program. `mend` wakes somebody.
class Reports {
 public:
  explicit Reports(std::function<void()> mend) {
    on_stall([this, mend = std::move(mend)](const Stall& stall) {
      // release pairs with the acquire in count(): the report is whole when it is counted.
      last_ = stall;
      count_.fetch_add(1, std::memory_order_release);
      mend();
    });
  }
  Reports(const Reports&) = delete;
  Reports& operator=(const Reports&) = delete;
  ~Reports() { on_stall({}); }

  int count() const { return count_.load(std::memory_order_acquire); }
  const Stall& last() const { return last_; }

 private:
  Stall last_;
  std::atomic<int> count_{0};
};

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

std::size_t parked_for(const Stall& stall, WaitFor what) {
  return static_cast<std::size_t>(
      std::count_if(stall.goroutines.begin(), stall.goroutines.end(), [what](const auto& one) {
        return one.state == GoroutineState::kParked && one.reason.what == what;
      }));
}

}  // namespace

using Leak = NeedsReports;
using Deadlock = NeedsReports;
using Dump = NeedsReports;

TEST_F(Leak, R3_goroutines_left_behind_are_reported_with_state_reason_and_site) {
  WaitGroup never(1);
  Reports reports([&] { never.done(); });
  constexpr int kSpawned = __LINE__ + 3;
  drive([&]() -> Task {
    for (int i = 0; i < 3; ++i) {
      go([&]() -> Task { AWAIT never.wait(); });
    }
    AWAIT yield();
  });
  ASSERT_EQ(reports.count(), 1);
  const Stall& stall = reports.last();
  EXPECT_EQ(stall.kind, Stall::Kind::kLeak);
  EXPECT_EQ(stall.goroutines.size(), 3U);
  EXPECT_EQ(parked_for(stall, WaitFor::kWaitGroup), 3U);
  EXPECT_TRUE(says(stall.text, "leak: the root has returned, and 3 goroutines wait for ever"))
      << stall.text;
  EXPECT_TRUE(says(stall.text, "3 goroutines (2, 3, 4) [wait group")) << stall.text;
  EXPECT_TRUE(says(stall.text, "stall.cpp:" + std::to_string(kSpawned) + ", by goroutine 1")) << stall.text;
}

TEST_F(Leak, R3_no_report_while_somebody_who_is_left_can_still_act) {
  WaitGroup gate(1);
  Reports reports([&] { gate.done(); });
  drive([&]() -> Task {
    go([&]() -> Task { AWAIT gate.wait(); });
    go([&]() -> Task {
      for (int turn = 0; turn < at_most(1000, 100); ++turn) AWAIT yield();
      gate.done();
    });
    AWAIT yield();
  });
  EXPECT_EQ(reports.count(), 0);
}

TEST_F(Leak, R3_ends_the_program_with_code_2) {
  const auto program = [] {
    WaitGroup never(1);
    drive([&]() -> Task {
      go([&]() -> Task { AWAIT never.wait(); });
      AWAIT yield();
    });
  };
  EXPECT_EXIT(program(), ::testing::ExitedWithCode(2), "leak: the root has returned, and 1 goroutine waits");
}

TEST_F(Deadlock, R4_ends_the_program_with_code_2_and_lists_everyone) {
  const auto program = [] {
    Mutex taken;
    WaitGroup never(1);
    drive([&]() -> Task {
      AWAIT taken.lock();
      go([&]() -> Task { AWAIT taken.lock(); });
      AWAIT never.wait();
    });
  };
  EXPECT_EXIT(program(), ::testing::ExitedWithCode(2),
              "all goroutines are asleep - deadlock!.*goroutine 1 \\[wait group.*goroutine 2 \\[mutex lock");
}

TEST_F(Deadlock, R4_shows_the_cycle_of_two_mutexes) {
  Mutex first;
  Mutex second;
  WaitGroup both_hold(2);
  WaitGroup over(2);
  Reports reports([&] { first.unlock(); });  // Any thread may unlock it.
  drive([&]() -> Task {
    go([&]() -> Task {
      AWAIT first.lock();
      both_hold.done();
      AWAIT both_hold.wait();
      AWAIT second.lock();
      second.unlock();
      over.done();
    });
    go([&]() -> Task {
      AWAIT second.lock();
      both_hold.done();
      AWAIT both_hold.wait();
      AWAIT first.lock();
      first.unlock();
      second.unlock();
      over.done();
    });
    AWAIT over.wait();
  });
  ASSERT_EQ(reports.count(), 1);
  const std::string& text = reports.last().text;
  EXPECT_EQ(reports.last().kind, Stall::Kind::kDeadlock);
  EXPECT_TRUE(says(text, "The cycle:\n")) << text;
  EXPECT_TRUE(says(text, "goroutine 2 waits to lock mutex")) << text;
  EXPECT_TRUE(says(text, "which goroutine 3 holds")) << text;
  EXPECT_TRUE(says(text, "goroutine 3 waits to lock mutex")) << text;
  EXPECT_TRUE(says(text, "which goroutine 2 holds")) << text;
}

TEST_F(Deadlock, R4_says_that_there_is_no_cycle_where_there_is_none) {
  WaitGroup never(1);
  Reports reports([&] { never.done(); });
  drive([&]() -> Task { AWAIT never.wait(); });
  ASSERT_EQ(reports.count(), 1);
  EXPECT_TRUE(says(reports.last().text, "No cycle is known")) << reports.last().text;
}

TEST_F(Deadlock, R4_sees_goroutines_in_channels_and_selects) {
  if constexpr (kNativeChannel) {
    GTEST_SKIP() << "n/a (a native channel parks inside its library, where nobody sees it)";
  } else {
    Channel<int> sends;
    Channel<int> receives(3);
    Channel<int> chooses;
    Reports reports([&] {
      std::optional<int> value;
      sends.try_recv(value);
      receives.close();
      chooses.close();
    });
    drive([&]() -> Task {
      go([&]() -> Task { AWAIT sends.send(1); });
      go([&]() -> Task { AWAIT select(recv(chooses), recv(chooses)); });
      AWAIT receives.recv();
    });
    ASSERT_EQ(reports.count(), 1);
    const Stall& stall = reports.last();
    EXPECT_EQ(parked_for(stall, WaitFor::kSend), 1U) << stall.text;
    EXPECT_EQ(parked_for(stall, WaitFor::kRecv), 1U) << stall.text;
    EXPECT_EQ(parked_for(stall, WaitFor::kSelect), 1U) << stall.text;
    EXPECT_TRUE(says(stall.text, "(capacity 3)")) << stall.text;
    EXPECT_TRUE(says(stall.text, "in a select over 2 cases")) << stall.text;
  }
}

TEST_F(Deadlock, R4_comes_when_the_last_one_that_could_act_ends) {
  WaitGroup never(1);
  Reports reports([&] { never.done(); });
  std::atomic<int> turns{0};
  drive([&]() -> Task {
    go([&]() -> Task {
      for (int turn = 0; turn < 100; ++turn) {
        AWAIT yield();
        turns.fetch_add(1, std::memory_order_relaxed);
      }
    });
    AWAIT never.wait();
  });
  ASSERT_EQ(reports.count(), 1);
  EXPECT_EQ(turns.load(std::memory_order_relaxed), 100);
  EXPECT_EQ(reports.last().goroutines.size(), 1U);
}

TEST_F(Deadlock, R4_is_not_seen_while_a_thread_outside_holds_a_waker) {
  WaitGroup gate(1);
  Reports reports([&] { gate.done(); });
  std::thread outside;
  auto waker = std::make_unique<ExternalWaker>();
  drive([&]() -> Task {
    outside = std::thread([&] {
      while (!waits_in("wait group", 1)) std::this_thread::yield();
      gate.done();
    });
    AWAIT gate.wait();
  });
  outside.join();
  EXPECT_EQ(reports.count(), 0);
}

TEST_F(Deadlock, R4_comes_when_the_last_waker_outside_lets_go) {
  WaitGroup never(1);
  Reports reports([&] { never.done(); });
  std::thread outside;
  auto waker = std::make_unique<ExternalWaker>();
  drive([&]() -> Task {
    outside = std::thread([&] {
      while (!waits_in("wait group", 1)) std::this_thread::yield();
      waker.reset();
    });
    AWAIT never.wait();
  });
  outside.join();
  EXPECT_EQ(reports.count(), 1);
}

TEST_F(Deadlock, R4_comes_although_the_report_of_the_run_before_is_not_over) {
  WaitGroup first(1);
  WaitGroup second(1);
  std::atomic<bool> first_is_over{false};
  int told = 0;
  Reports reports([&] {
    if (++told == 2) return second.done();
    first.done();
    // Until the next run's root, goroutine 1 as well, waits where it would be the only one that acts.
    while (!first_is_over.load(std::memory_order_acquire) || Census::alive() != 1 || !waits_in("wait group", 1) ||
           Census::busy() != 1)
      std::this_thread::yield();
  });
  std::thread outside;
  auto waker = std::make_unique<ExternalWaker>();
  drive([&]() -> Task {
    outside = std::thread([&] {
      while (Census::busy() != 1) std::this_thread::yield();  // The root waits, and it is not who reports.
      waker.reset();
    });
    AWAIT first.wait();
  });
  first_is_over.store(true, std::memory_order_release);  // Pairs with the acquire above.
  drive([&]() -> Task { AWAIT second.wait(); });
  outside.join();
  EXPECT_EQ(told, 2);
}

TEST_F(Deadlock, R4_is_not_seen_while_one_that_was_woken_has_yet_to_act) {
  WaitGroup first(1);
  WaitGroup second(1);
  Reports reports([] {});
  drive([&]() -> Task {
    go([&]() -> Task {
      AWAIT first.wait();
      while (!waits_in("wait group", 1)) AWAIT yield();  // Nobody else could act.
      second.done();
    });
    while (!waits_in("wait group", 1)) AWAIT yield();
    first.done();
    AWAIT second.wait();
  });
  EXPECT_EQ(reports.count(), 0) << reports.last().text;
}

TEST_F(Deadlock, R4_comes_when_the_last_timer_came_and_woke_nobody) {
  std::atomic<int> called{0};
  WaitGroup never(1);
  Reports reports([&] { never.done(); });
  drive([&]() -> Task {
    const Timer unheard = after(1ms);
    const auto [context, cancel] = with_timeout(background(), 2ms);
    after_func(context, [&] { called.fetch_add(1, std::memory_order_relaxed); });
    const Timer last = after(3ms);
    AWAIT never.wait();
  });
  ASSERT_EQ(reports.count(), 1);
  EXPECT_EQ(called.load(std::memory_order_relaxed), 1);
  EXPECT_EQ(reports.last().kind, Stall::Kind::kDeadlock);
  EXPECT_EQ(reports.last().goroutines.size(), 1U) << reports.last().text;
}

TEST_F(Deadlock, R4_is_not_seen_while_a_timer_is_armed_and_comes_when_it_is_stopped) {
  WaitGroup never(1);
  Reports reports([&] { never.done(); });
  int before = -1;
  drive([&]() -> Task {
    go([&]() -> Task {
      Timer timer = after(1h);
      AWAIT sleep(2ms);  // Everybody is parked, a timer is armed.
      before = reports.count();
      timer.stop();
    });
    AWAIT never.wait();
  });
  EXPECT_EQ(before, 0);
  EXPECT_EQ(reports.count(), 1);
}

TEST_F(Deadlock, R4_is_never_seen_where_everyone_is_woken_in_the_end) {
  Reports reports([] {});
  const int rings = at_most(40, 8);
  constexpr int kRounds = 200;
  for (int round = 0; round < 5; ++round) {
    std::vector<std::unique_ptr<Channel<int>>> links;
    for (int i = 0; i <= rings; ++i) links.push_back(std::make_unique<Channel<int>>(i % 2));
    WaitGroup over(rings);
    Mutex contested;
    drive([&]() -> Task {
      for (int i = 0; i < rings; ++i) {
        go([&, i]() -> Task {
          Channel<int>& in = *links[static_cast<std::size_t>(i)];
          Channel<int>& out = *links[static_cast<std::size_t>(i + 1)];
          for (int turn = 0; turn < kRounds; ++turn) {
            const auto value = AWAIT in.recv();
            AWAIT contested.lock();
            contested.unlock();
            AWAIT out.send(value.value_or(0));
          }
          over.done();
        });
      }
      go([&]() -> Task {
        for (int turn = 0; turn < kRounds; ++turn) AWAIT links.front()->send(turn);
      });
      for (int turn = 0; turn < kRounds; ++turn) AWAIT links.back()->recv();
      AWAIT over.wait();
    });
  }
  EXPECT_EQ(reports.count(), 0) << reports.last().text;
}

TEST_F(Dump, R3_lists_everyone_with_state_reason_and_parent) {
  WaitGroup gate(1);
  std::string text;
  drive([&]() -> Task {
    for (int i = 0; i < 2; ++i) {
      go([&]() -> Task { AWAIT gate.wait(); });
    }
    while (!waits_in("wait group", 2) || !others_are_parked()) AWAIT yield();
    text = dump_goroutines();
    gate.done();
  });
  EXPECT_TRUE(says(text, "goroutine 1 [running]:")) << text;
  EXPECT_TRUE(says(text, "2 goroutines (2, 3) [wait group")) << text;
  EXPECT_TRUE(says(text, "each waits for the count to reach 0 of wait group 0x")) << text;
  EXPECT_TRUE(says(text, "by goroutine 1")) << text;
}

TEST_F(Dump, R3_comes_with_SIGQUIT_and_ends_the_program_with_code_2) {
  if (kThreadSanitizer)
    GTEST_SKIP() << "it keeps a signal until the thread calls something that is intercepted; a parked worker does not";
  const auto program = [] {
    WaitGroup never(1);
    dump_on_quit();
    drive([&]() -> Task {
      go([&]() -> Task { AWAIT never.wait(); });
      while (!waits_in("wait group", 1) || !others_are_parked()) AWAIT yield();
      kill(getpid(), SIGQUIT);
      for (;;) AWAIT yield();
    });
  };
  EXPECT_EXIT(program(), ::testing::ExitedWithCode(2),
              "SIGQUIT: who is alive.*goroutine 1 \\[running\\].*goroutine 2 \\[wait group");
}

TEST_F(Dump, R3_is_empty_when_the_run_is_over) {
  drive([]() -> Task {
    go([]() -> Task { AWAIT yield(); });
    AWAIT yield();
  });
  EXPECT_EQ(Census::alive(), 0U);
  // A thread that woke somebody in an earlier test (the poller, a blocking call's) counts until it rests, which may be
  // after the run that its goroutine ended.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (Census::busy() != 0 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
  EXPECT_EQ(Census::busy(), 0U);
  EXPECT_TRUE(Census::facts().empty());
}

}  // namespace gauntlet::contract
