// SPDX-License-Identifier: Apache-2.0
// Runs a small concurrent scenario under many schedules, on one OS thread: every atomic operation
// is a point where another model thread may go on, and where a load may read an old store. Replays
// by its seed.
//
// Two ways to choose, in turn: a random walk, and PCT (Burckhardt et al., "A randomized scheduler
// with probabilistic guarantees of finding bugs", ASPLOS 2010): fixed random priorities that drop
// at a few random steps. A bug that needs d such steps is found with a known probability.
//
// A scenario: `static constexpr std::size_t kThreads`, `void thread(std::size_t)`, `void finish()`.
// It is built and finished on the setup thread; its threads call Explorer::fail() or use plain data
// wrongly.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "impls/work_stealing/context.hpp"
#include "impls/work_stealing/sanitizer.hpp"
#include "property_tests/explore/weak_memory.hpp"

namespace gauntlet::explore {

/// xorshift64*: the only source of choice, so a seed is a schedule.
class Choices {
 public:
  void seed(std::uint64_t seed) { state_ = seed * 0x9E3779B97F4A7C15ULL + 0x1234567ULL; }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1DULL >> 16;
  }
  std::uint64_t state_ = 1;
};

class Explorer {
 public:
  struct Failure {
    std::uint64_t seed;       ///< Give it to replay().
    std::uint64_t schedules;  ///< Tried, with this one.
    std::string why;
  };

  /// The explorer that runs; scenarios and model atomics find it here.
  static Explorer& now() { return *running_; }

  /// The first of `schedules` that fails; nothing if none does.
  template <class Scenario>
  std::optional<Failure> explore(std::uint64_t schedules, Weakening weakening = Weakening::kNone) {
    for (std::uint64_t seed = 1; seed <= schedules; ++seed)
      if (auto why = replay<Scenario>(seed, weakening)) return Failure{seed, seed, *why};
    return std::nullopt;
  }

  /// One schedule; says why it failed.
  template <class Scenario>
  std::optional<std::string> replay(std::uint64_t seed, Weakening weakening = Weakening::kNone) {
    static_assert(Scenario::kThreads <= kMostThreads);
    begin(seed, weakening, Scenario::kThreads);
    Scenario scenario;
    run([&scenario](std::size_t thread) { scenario.thread(thread); });
    if (why_.empty()) scenario.finish();
    running_ = nullptr;
    return why_.empty() ? std::nullopt : std::optional(why_);
  }

  /// Ends this schedule as a failure. Does not return to a model thread.
  void fail(const char* why) {
    if (why_.empty()) why_ = why;
    if (current_ != kSetup) switch_to(kSetup);
  }

  // --- For the model atomics.

  WeakMemory& memory() { return memory_; }
  WeakMemory::Thread thread() const { return current_; }
  std::size_t choose(std::size_t bound) { return choices_.below(bound); }

  /// Which of `count` readable stores a load reads: mostly the newest, else any.
  std::size_t choose_store(std::size_t count) {
    return count == 1 || choices_.below(2) == 0 ? count - 1 : choices_.below(count);
  }

  /// Another thread may go on here. Each atomic operation calls it first.
  void step() {
    if (current_ == kSetup) return;
    if (++steps_ > kMostSteps) fail("no end in sight: livelock");
    if (is_pct_)
      for (std::size_t i = 0; i < drops_.size(); ++i)
        if (drops_[i] == steps_) priorities_[current_] = i;  // Below all initial ones.
    go_on_with(pick());
  }

  /// The caller waits for a step of another thread.
  void relax() {
    if (current_ == kSetup) return;
    for (std::size_t& priority : priorities_) priority += 1;
    priorities_[current_] = 0;
    relaxing_ = current_;
    step();
    relaxing_ = kSetup;
  }

  void sleep_on(WeakMemory::Location at) {
    sleeps_on_[current_] = at;
    go_on_with(pick());
  }
  void wake(WeakMemory::Location at, int count) {
    while (count-- > 0) {
      std::array<std::size_t, kMostThreads> sleepers{};
      std::size_t sleeping = 0;
      for (std::size_t i = 0; i < threads_; ++i)
        if (sleeps_on_[i] == at) sleepers[sleeping++] = i;
      if (sleeping == 0) return;
      sleeps_on_[sleepers[choices_.below(sleeping)]].reset();
    }
  }

 private:
  using Context = impls::work_stealing::Context;

  static constexpr std::size_t kSetup = kMostThreads;  // The thread that builds and finishes.
  static constexpr std::size_t kMostSteps = 5000;
  static constexpr std::size_t kExpectedSteps = 80;  // Where PCT puts its drops.
  static constexpr std::size_t kStackBytes = 256 * 1024;

  struct ModelThread : Context {
    std::unique_ptr<std::byte[]> stack;
    [[no_unique_address]] impls::work_stealing::SanitizedStack sanitized;
  };

  void begin(std::uint64_t seed, Weakening weakening, std::size_t threads) {
    running_ = this;
    choices_.seed(seed);
    memory_.reset(weakening);
    threads_ = threads;
    current_ = kSetup;
    relaxing_ = kSetup;
    steps_ = 0;
    why_.clear();
    done_.fill(false);
    sleeps_on_.fill(std::nullopt);
    is_pct_ = seed % 4 != 0;
    drops_.clear();
    for (std::size_t i = 0; i < seed % 4; ++i) drops_.push_back(1 + choices_.below(kExpectedSteps));
    for (std::size_t i = 0; i < threads; ++i) priorities_[i] = 100 + i;
    for (std::size_t i = threads; i > 1; --i)
      std::swap(priorities_[i - 1], priorities_[choices_.below(i)]);
    if (!adopted_) threads_of_[kSetup].sanitized.adopt_thread();
    adopted_ = true;
  }

  void run(std::function<void(std::size_t)> body) {
    body_ = std::move(body);
    for (std::size_t i = 0; i < threads_; ++i) {
      ModelThread& thread = threads_of_[i];
      if (thread.stack == nullptr) {
        thread.stack = std::make_unique<std::byte[]>(kStackBytes);
        thread.sanitized.create(thread.stack.get(), kStackBytes);
      }
      prepare_context(thread, thread.stack.get() + kStackBytes, &entry);
      memory_.start(i, kSetup);
    }
    go_on_with(pick());
    for (std::size_t i = 0; i < threads_; ++i) memory_.join(kSetup, i);
  }

  [[noreturn]] static void entry(Context*, Context*, impls::work_stealing::Departure::Settle,
                                 void*) {
    Explorer& self = now();
    self.threads_of_[self.current_].sanitized.arrive();
    self.body_(self.current_);
    self.done_[self.current_] = true;
    self.go_on_with(self.pick());
    std::abort();  // Nobody goes on with a thread that is done.
  }

  /// Who goes on; kSetup when nobody can.
  std::size_t pick() {
    std::array<std::size_t, kMostThreads> able{};
    std::size_t count = 0;
    bool all_done = true;
    for (std::size_t i = 0; i < threads_; ++i) {
      all_done = all_done && done_[i];
      if (!done_[i] && !sleeps_on_[i] && i != relaxing_) able[count++] = i;
    }
    if (count == 0 && relaxing_ != kSetup) return relaxing_;
    if (count == 0) {
      if (!all_done && why_.empty()) why_ = "every thread sleeps: lost wake-up";
      return kSetup;
    }
    if (!is_pct_) return able[choices_.below(count)];
    std::size_t best = able[0];
    for (std::size_t i = 1; i < count; ++i)
      if (priorities_[able[i]] > priorities_[best]) best = able[i];
    return best;
  }

  void go_on_with(std::size_t next) {
    if (next != current_) switch_to(next);
  }

  void switch_to(std::size_t next) {
    ModelThread& from = threads_of_[current_];
    ModelThread& to = threads_of_[next];
    current_ = next;
    from.sanitized.leave_for(to.sanitized);
    switch_context(from, to, {});
    from.sanitized.arrive();
  }

  static inline Explorer* running_ = nullptr;

  Choices choices_;
  WeakMemory memory_;
  std::size_t threads_ = 0;
  std::size_t current_ = kSetup;
  std::size_t relaxing_ = kSetup;
  std::size_t steps_ = 0;
  bool is_pct_ = false;
  bool adopted_ = false;
  std::string why_;
  std::function<void(std::size_t)> body_;
  std::vector<std::size_t> drops_;
  std::array<bool, kMostThreads> done_{};
  std::array<std::size_t, kMostThreads> priorities_{};
  std::array<std::optional<WeakMemory::Location>, kMostThreads> sleeps_on_{};
  std::array<ModelThread, kMostThreads + 1> threads_of_;
};

}  // namespace gauntlet::explore
