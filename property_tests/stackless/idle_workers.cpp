// SPDX-License-Identifier: Apache-2.0
// Every interleaving of the steps by which lane coro's workers fall asleep and are woken: no
// goroutine stays queued while all who could run it sleep. Variants with one step missing or in the
// wrong order must be caught, so that silence means something.
//
// The steps are the real IdleWorkers and RunQueue; each is atomic by its lock or by one atomic
// operation, so one thread that takes the steps in every order sees what several threads can see.
// (The order of memory effects is argued in impls/coro/idle_workers.hpp and left to
// ThreadSanitizer.)
#include "impls/coro/idle_workers.hpp"

#include <gtest/gtest.h>

#include <coroutine>
#include <cstddef>
#include <memory>
#include <vector>

#include "impls/coro/run_queue.hpp"

namespace gauntlet::stackless {
namespace {

using impls::coro::IdleWorkers;
using impls::coro::RunQueue;

/// Stands for the parker of a worker.
struct Bell {
  void wake() { rung = true; }
  bool rung = false;
};

/// Which worker, and which mistake it makes.
enum class Care : std::uint8_t { kFull, kNoLastLook, kLooksBeforeLyingDown, kAsksBeforePush };

struct World {
  explicit World(unsigned workers) { idle.set_workers(workers); }
  IdleWorkers<Bell> idle;
  RunQueue queue;
};

/// Queues goroutines and wakes a worker if one is wanted: a thread outside, or a busy worker.
class Pusher {
 public:
  Pusher(int count, Care care) : left_(count), care_(care) {}

  bool can_step() const { return left_ > 0; }

  void step(World& world) {
    if (care_ == Care::kAsksBeforePush ? pushing_second_ : !pushing_second_) {
      world.queue.push(std::noop_coroutine());
      if (care_ == Care::kAsksBeforePush && wanted_) world.idle.wake_one();
    } else if (care_ == Care::kAsksBeforePush) {
      wanted_ = world.idle.wanted();
    } else if (world.idle.wanted()) {
      world.idle.wake_one();
    }
    if (pushing_second_) --left_;
    pushing_second_ = !pushing_second_;
  }

 private:
  int left_;
  Care care_;
  bool pushing_second_ = false;
  bool wanted_ = false;
};

/// A worker out of work, as in Worker::search(). It runs what it finds in no time and searches
/// again.
class Idler {
 public:
  explicit Idler(Care care) : care_(care) {}

  bool can_step() const { return at_ != At::kAsleep || bell_.rung; }
  bool is_asleep() const { return at_ == At::kAsleep && !bell_.rung; }

  void step(World& world) {
    switch (at_) {
      case At::kStart:
        searching_ = world.idle.may_search();
        at_ = searching_ ? At::kSearch : before_lying_down();
        break;
      case At::kSearch:
        at_ = !world.queue.looks_empty() && world.queue.pop() ? At::kFound : before_lying_down();
        break;
      case At::kFound:
        world.idle.found_work();
        at_ = At::kStart;
        break;
      case At::kEarlyLook:
        at_ = world.queue.pop() ? (searching_ ? At::kFound : At::kStart) : At::kLieDown;
        break;
      case At::kLieDown:
        world.idle.lie_down(bell_, searching_, [] { return false; });
        at_ = care_ == Care::kFull || care_ == Care::kAsksBeforePush ? At::kLastLook : At::kAsleep;
        break;
      case At::kLastLook:
        at_ = world.queue.pop() ? At::kGetUp : At::kAsleep;
        break;
      case At::kGetUp:
        // False: it was woken meanwhile, waits for the bell and is a searcher who found work.
        at_ = world.idle.get_up(bell_) ? At::kStart : At::kWaitForBell;
        break;
      case At::kWaitForBell:
        if (bell_.rung) {
          bell_.rung = false;
          at_ = At::kFound;
        }
        break;
      case At::kAsleep:
        bell_.rung = false;
        searching_ = true;
        at_ = At::kSearch;
        break;
    }
  }

 private:
  enum class At : std::uint8_t {
    kStart,
    kSearch,
    kFound,
    kEarlyLook,
    kLieDown,
    kLastLook,
    kGetUp,
    kWaitForBell,
    kAsleep
  };

  At before_lying_down() const {
    return care_ == Care::kLooksBeforeLyingDown ? At::kEarlyLook : At::kLieDown;
  }

  Care care_;
  At at_ = At::kStart;
  bool searching_ = false;
  Bell bell_;
};

/// Walks every schedule of the given actors by replaying its prefixes; depth-first.
class Explorer {
 public:
  Explorer(std::size_t idlers, std::vector<int> pushes, Care care)
      : idlers_(idlers), pushes_(std::move(pushes)), care_(care) {}

  /// How many schedules end with a goroutine in the queue and everyone asleep.
  std::size_t count_lost() {
    std::vector<std::size_t> schedule;
    do {
      replay(schedule);
    } while (advance(schedule));
    return lost_;
  }
  std::size_t schedules() const { return schedules_; }

 private:
  static constexpr std::size_t kMostSteps = 200;

  /// Takes the choices of `schedule`, then the first possible one until nobody can step.
  void replay(std::vector<std::size_t>& schedule) {
    World world(static_cast<unsigned>(idlers_ + 1));
    std::vector<Idler> idlers(idlers_, Idler(care_));
    std::vector<Pusher> pushers;
    for (const int count : pushes_) pushers.emplace_back(count, care_);
    widths_.clear();
    for (std::size_t depth = 0;; ++depth) {
      ASSERT_LT(depth, kMostSteps);
      ready_.clear();
      for (std::size_t i = 0; i < pushers.size(); ++i)
        if (pushers[i].can_step()) ready_.push_back(i);
      for (std::size_t i = 0; i < idlers.size(); ++i)
        if (idlers[i].can_step()) ready_.push_back(pushers.size() + i);
      if (ready_.empty()) break;
      if (depth == schedule.size()) schedule.push_back(0);
      widths_.push_back(ready_.size());
      const std::size_t actor = ready_[schedule[depth]];
      if (actor < pushers.size())
        pushers[actor].step(world);
      else
        idlers[actor - pushers.size()].step(world);
    }
    ++schedules_;
    if (world.queue.pop()) ++lost_;
  }

  /// The next schedule; false after the last.
  bool advance(std::vector<std::size_t>& schedule) const {
    while (!schedule.empty()) {
      if (++schedule.back() < widths_[schedule.size() - 1]) return true;
      schedule.pop_back();
    }
    return false;
  }

  std::size_t idlers_;
  std::vector<int> pushes_;
  Care care_;
  std::vector<std::size_t> ready_;
  std::vector<std::size_t> widths_;  // How many actors could step at each depth of the last replay.
  std::size_t schedules_ = 0;
  std::size_t lost_ = 0;
};

std::size_t lost(std::size_t idlers, std::vector<int> pushes, Care care) {
  Explorer explorer(idlers, std::move(pushes), care);
  const std::size_t count = explorer.count_lost();
  ::testing::Test::RecordProperty("schedules", std::to_string(explorer.schedules()));
  return count;
}

}  // namespace

TEST(IdleWorkers, one_worker_that_falls_asleep_loses_nothing) {
  EXPECT_EQ(lost(1, {1}, Care::kFull), 0U);
  EXPECT_EQ(lost(1, {2}, Care::kFull), 0U);
  EXPECT_EQ(lost(1, {1, 1}, Care::kFull), 0U);
}

TEST(IdleWorkers, two_workers_that_fall_asleep_lose_nothing) {
  EXPECT_EQ(lost(2, {1}, Care::kFull), 0U);
}

TEST(IdleWorkers, a_worker_that_does_not_look_again_is_caught) {
  EXPECT_GT(lost(1, {1}, Care::kNoLastLook), 0U);
}

TEST(IdleWorkers, a_worker_that_looks_again_before_it_lies_down_is_caught) {
  EXPECT_GT(lost(1, {1}, Care::kLooksBeforeLyingDown), 0U);
}

TEST(IdleWorkers, a_pusher_that_asks_before_it_pushes_is_caught) {
  EXPECT_GT(lost(1, {1}, Care::kAsksBeforePush), 0U);
}

}  // namespace gauntlet::stackless
