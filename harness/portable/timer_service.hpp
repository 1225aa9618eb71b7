// SPDX-License-Identifier: Apache-2.0
// Who sleeps and what is armed, for runtimes without timers of their own: one thread that is no worker
// wakes them through R::resume.
//
// Deadlines are split into shards, each a queue under its own lock, so that workers that arm timers seldom
// meet. The thread starts with the first timer of a run, sleeps until the earliest deadline, wakes
// everything that is due at once, and ends with the run: what is armed then is forgotten, as in Go when main
// returns. An idle worker may be there first (alarm_clock.hpp). Decision 0070 has the figures.
//
// A timer that was stopped or armed anew leaves a stale entry behind: `when` tells. The queue never
// searches for one; when too many are stale it is swept.
#pragma once

#include <sched.h>
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "harness/contract/atomics.hpp"
#include "harness/contract/panic.hpp"
#include "harness/portable/alarm.hpp"
#include "harness/portable/alarm_clock.hpp"
#include "harness/portable/census.hpp"
#include "harness/portable/clock.hpp"
#include "harness/portable/spin_lock.hpp"
#include "harness/portable/timer_queue.hpp"
#include "harness/portable/wait_place.hpp"

namespace gauntlet {

/// What an entry of the queue stands for: a goroutine that sleeps, or an ArmedTimer.
struct TimerEvent {
  explicit TimerEvent(bool sleeps) : is_sleeper(sleeps) {}

  const bool is_sleeper;
  std::atomic<std::int64_t> when{Clock::kNever};  ///< Armed for then; an entry for another time is stale.
};

template <class R>
class ArmedTimer;

template <class R>
class TimerService final : public WaitPlace, public AlarmClock {
  struct Shard;

 public:
  /// A goroutine that sleeps; in its frame.
  struct Sleeper : TimerEvent {
    Sleeper() : TimerEvent(true) {}
    typename R::Handle handle{};
    Shard* shard = nullptr;
    bool must_ring = false;
  };

  /// Never destroyed: goroutines of a run that was left may still arm timers.
  static TimerService& instance() {
    static TimerService& service = *new TimerService;
    return service;
  }

  /// True: there is nothing to wait for. False: `self` is queued and a lock is held; suspend with
  /// stay_parked().
  bool start_sleep(Sleeper& self, Duration duration) {
    if (duration.count() <= 0) return true;
    start_thread();
    const std::int64_t at = Clock::after_ns(duration);
    self.when.store(at, std::memory_order_relaxed);  // relaxed: the shard's lock publishes it.
    self.shard = &my_shard();
    self.must_ring = push_locked(*self.shard, {at, &self});
    self.shard->sleepers.fetch_add(1, std::memory_order_relaxed);  // relaxed: a tally.
    return false;
  }

  void stay_parked(Sleeper& self, typename R::Handle handle) {
    Shard& shard = *self.shard;
    const bool must_ring = self.must_ring;
    self.handle = handle;
    shard.lock.unlock();  // From here on it may be awake, and its frame gone.
    if (must_ring) alarm_.ring();
  }

  /// Queues `timer`, whose `when` says so already; the entry owns a reference. Under the timer's lock.
  void add(ArmedTimer<R>& timer, std::int64_t when) {
    start_thread();
    Shard& shard = my_shard();
    const bool must_ring = push_locked(shard, {when, &timer});
    shard.lock.unlock();
    if (must_ring) alarm_.ring();
  }

  /// A timer was armed (+1), or was stopped or has come (-1).
  void count_armed(int step) {
    // relaxed: a tally, exact when nothing moves.
    my_shard().armed.fetch_add(step, std::memory_order_relaxed);
  }

  /// An entry has become stale: sweeps when half of the queue may be. Outside of every lock.
  void note_stale() {
    Shard& shard = my_shard();
    // relaxed: a hint when to sweep.
    const std::size_t count = shard.stale.fetch_add(1, std::memory_order_relaxed) + 1;
    if (count % kSweepEvery == 0) sweep();
  }

  /// How many sleep or are armed: while it is not 0, a program in which everybody waits is no deadlock.
  std::int64_t armed() const {
    std::int64_t sum = 0;
    for (const Shard& shard : shards_) {
      shard.lock.lock();
      // relaxed: see count_armed().
      sum += shard.sleepers.load(std::memory_order_relaxed) +
             shard.armed.load(std::memory_order_relaxed);
      shard.lock.unlock();
    }
    return sum;
  }

  /// Around R::run(): ends the thread and forgets what is armed.
  class Run {
   public:
    Run() {
      sched_getaffinity(0, sizeof(cpu_set_t), &instance().cores_);
      instance().has_cores_ = true;
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() { instance().end_run(); }
  };

  /// With a virtual clock, after it was moved: returns when all that is due has been woken or sent.
  void catch_up() {
    // acquire pairs with the exchange in start_thread().
    if (!is_running_.load(std::memory_order_acquire)) return;
    const std::int64_t now = Clock::now_ns();
    if (alarm_.announce(kSoonest)) alarm_.ring();
    for (;;) {
      // acquire pairs with the release in tell_caught_up().
      const std::uint32_t turn = turns_.load(std::memory_order_acquire);
      if (caught_up_.load(std::memory_order_acquire) >= now) return;
      RealAtomics::sleep_while(turns_, turn);
    }
  }

  // --- For idle threads of the runtime. A virtual clock is the thread's alone, which tells when it has caught up.

  std::chrono::nanoseconds until_earliest() const override {
    const std::int64_t first = earliest();
    if (first == Clock::kNever || Clock::is_virtual()) return std::chrono::nanoseconds(0);
    return std::chrono::nanoseconds(std::max<std::int64_t>(first - Clock::now_ns(), 0));
  }
  void wake_due() override {
    if (!Clock::is_virtual()) fire_all_due(Clock::now_ns());
  }

  /// The earliest deadline, or Clock::kNever.
  std::int64_t earliest() const {
    std::int64_t first = Clock::kNever;
    for (const Shard& shard : shards_) {
      // seq_cst: Dekker, see alarm.hpp.
      first = std::min(first, shard.earliest.load(std::memory_order_seq_cst));
    }
    return first;
  }

 private:
  using Queue = TimerQueue<TimerEvent>;
  using Entry = Queue::Entry;

  static constexpr std::size_t kShards = 8;
  static constexpr std::size_t kBatch = 128;
  static constexpr std::size_t kSweepEvery = 256;
  static constexpr std::int64_t kLongAgo = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t kSoonest = kLongAgo + 1;

  struct alignas(128) Shard {
    mutable SpinLock lock;  // Guards queue. Nobody is resumed under it.
    Queue queue;
    std::atomic<std::int64_t> sleepers{0};
    std::atomic<std::int64_t> armed{0};                  // Timers; any shard's may be negative.
    std::atomic<std::int64_t> earliest{Clock::kNever};   // Changes under the lock.
    std::atomic<std::size_t> stale{0};
  };

  TimerService() {
    enlist();
    Census::ask_before_a_stall([] { return instance().armed() > 0; });
  }

  /// Any shard is right. noinline: a goroutine may have moved to another thread since its last call.
  [[gnu::noinline]] Shard& my_shard() {
    static std::atomic<std::size_t> next{0};
    // relaxed: a number for each thread.
    static thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed);
    return shards_[mine % kShards];
  }

  /// Locks the shard, which stays locked. True: ring the alarm when it is unlocked.
  bool push_locked(Shard& shard, Entry entry) {
    shard.lock.lock();
    try {
      shard.queue.push(entry);
    } catch (const std::bad_alloc&) {
      shard.lock.unlock();
      throw;
    }
    const std::int64_t first = shard.queue.earliest();
    // relaxed: changes under the lock.
    if (first >= shard.earliest.load(std::memory_order_relaxed)) return false;
    // seq_cst: Dekker, see alarm.hpp.
    shard.earliest.store(first, std::memory_order_seq_cst);
    return alarm_.announce(first);
  }

  // --- The thread.

  void start_thread() {
    // acquire pairs with the exchange below.
    if (is_running_.load(std::memory_order_acquire)) [[likely]]
      return;
    if (is_running_.exchange(true, std::memory_order_acq_rel)) return;
    try {
      thread_ = std::thread([this] { work(); });
      set_running(this);
    } catch (const std::system_error& error) {
      is_running_.store(false, std::memory_order_release);
      throw GoroutineLimit(std::string("no OS thread for the timers: ") + error.what());
    }
  }

  void end_run() {
    // acquire: see start_thread(); every goroutine has ended, so nobody arms a timer any more.
    if (!is_running_.load(std::memory_order_acquire)) return;
    // seq_cst: Dekker with the sleeper, see alarm.hpp.
    is_ending_.store(true, std::memory_order_seq_cst);
    if (alarm_.announce(kSoonest)) alarm_.ring();
    thread_.join();
    set_running(nullptr);
    // relaxed, both: no thread. The next run may have a clock that is behind.
    is_ending_.store(false, std::memory_order_relaxed);
    caught_up_.store(kLongAgo, std::memory_order_relaxed);
    for (Shard& shard : shards_) forget_all(shard);
    is_running_.store(false, std::memory_order_release);
  }

  void work() {
    // It was started by a worker, which may be pinned.
    if (has_cores_) sched_setaffinity(0, sizeof(cpu_set_t), &cores_);
    // Linux lets a thread oversleep by 50 us, to wake several at once; this one wakes for all.
    prctl(PR_SET_TIMERSLACK, 1UL);
    // relaxed: see is_ending().
    while (!is_ending_.load(std::memory_order_relaxed)) {
      const std::int64_t now = Clock::now_ns();
      fire_all_due(now);
      if (Clock::is_virtual()) tell_caught_up(now);
      alarm_.sleep([this] { return is_ending() ? kSoonest : earliest(); },
                   [now](std::int64_t until) { return time_until(until, now); });
    }
  }

  bool is_ending() const {
    // seq_cst: Dekker with end_run().
    return is_ending_.load(std::memory_order_seq_cst);
  }

  /// How long to sleep; `seen` is the time at which nothing more was due.
  static std::chrono::nanoseconds time_until(std::int64_t until, std::int64_t seen) {
    constexpr std::chrono::nanoseconds kForever = Alarm<>::kForever;
    if (until == kSoonest) return std::chrono::nanoseconds(0);
    if (Clock::is_virtual()) {
      // What was armed for `seen` itself came after the last look.
      const bool is_due = until <= seen || Clock::now_ns() != seen;
      return is_due ? std::chrono::nanoseconds(0) : kForever;
    }
    if (until == Clock::kNever) return kForever;
    return std::chrono::nanoseconds(until - Clock::now_ns());
  }

  void tell_caught_up(std::int64_t now) {
    // release pairs with the acquire in catch_up(): what was woken is seen.
    caught_up_.store(now, std::memory_order_release);
    turns_.fetch_add(1, std::memory_order_release);
    RealAtomics::wake(turns_, std::numeric_limits<int>::max());
  }

  void fire_all_due(std::int64_t now) {
    while (fire_due(now)) {
    }
  }

  /// One batch of each shard. False: nothing was due.
  bool fire_due(std::int64_t now) {
    bool fired = false;
    for (Shard& shard : shards_) {
      // relaxed: the timers' thread looks again before it sleeps.
      if (shard.earliest.load(std::memory_order_relaxed) > now) continue;
      fired = true;
      fire_batch(shard, now);
    }
    return fired;
  }

  void fire_batch(Shard& shard, std::int64_t now) {
    const ExternalWaker waker;  // Before anything counts as no longer armed.
    std::array<Entry, kBatch> due;
    std::array<typename R::Handle, kBatch> woken;
    std::size_t count = 0;
    std::size_t wakes = 0;
    shard.lock.lock();
    while (count < kBatch && shard.queue.pop_due(now, due[count]))
      __builtin_prefetch(due[count++].timer);  // In a stack that has left the caches, mostly.
    // relaxed: it only rises here; who lowers it holds the lock.
    shard.earliest.store(shard.queue.earliest(), std::memory_order_relaxed);
    shard.lock.unlock();
    // What the queue gave is nobody else's, and its handle was published under the lock.
    std::size_t timers = 0;
    for (const Entry& entry : std::span(due.data(), count)) {
      if (entry.timer->is_sleeper)
        woken[wakes++] = static_cast<Sleeper*>(entry.timer)->handle;
      else
        due[timers++] = entry;
    }
    // relaxed: a tally, exact when nothing moves.
    shard.sleepers.fetch_sub(static_cast<std::int64_t>(wakes), std::memory_order_relaxed);
    resume_all(std::span(woken.data(), wakes));
    for (const Entry& entry : std::span(due.data(), timers))
      static_cast<ArmedTimer<R>*>(entry.timer)->come(entry.when, Instant(Duration(now)));
  }

  static void resume_all(std::span<const typename R::Handle> goroutines) {
    if constexpr (requires { R::resume_all(goroutines); }) {
      if (!goroutines.empty()) R::resume_all(goroutines);
    } else {
      for (const auto& goroutine : goroutines) R::resume(goroutine);
    }
  }

  // --- What is stale.

  static bool is_stale(const Entry& entry) {
    // relaxed: a stale entry stays stale, unless armed for the very same time: then it is good again.
    return entry.when != entry.timer->when.load(std::memory_order_relaxed);
  }

  /// Takes stale entries out of every shard in which they may be half.
  [[gnu::noinline]] void sweep() {
    std::size_t noted = 0;
    for (Shard& shard : shards_) noted += shard.stale.load(std::memory_order_relaxed);  // relaxed: a hint.
    std::size_t size = 0;
    for (Shard& shard : shards_) {
      shard.lock.lock();
      size += shard.queue.size();
      shard.lock.unlock();
    }
    if (2 * noted < size) return;
    for (Shard& shard : shards_) {
      std::vector<Entry> dropped;  // Let go outside of the lock: a timer that dies takes others.
      dropped.reserve(std::max(noted, kSweepEvery));
      shard.lock.lock();
      shard.stale.store(0, std::memory_order_relaxed);  // relaxed: a hint.
      shard.queue.remove_if(
          [&](const Entry& entry) { return dropped.size() < dropped.capacity() && is_stale(entry); },
          [&](const Entry& entry) { dropped.push_back(entry); });
      shard.earliest.store(shard.queue.earliest(), std::memory_order_relaxed);  // relaxed: it rises.
      shard.lock.unlock();
      for (const Entry& entry : dropped) static_cast<ArmedTimer<R>*>(entry.timer)->release();
    }
  }

  void forget_all(Shard& shard) {
    Entry entry{};
    while (shard.queue.pop_due(Clock::kNever - 1, entry)) {
      if (!entry.timer->is_sleeper) static_cast<ArmedTimer<R>*>(entry.timer)->forget();
    }
    shard.queue.restart();  // It was taken beyond the present.
    shard.sleepers.store(0, std::memory_order_relaxed);  // relaxed, all: no thread.
    shard.stale.store(0, std::memory_order_relaxed);
    shard.earliest.store(Clock::kNever, std::memory_order_relaxed);
  }

  void describe(std::string& text) const override {
    std::int64_t asleep = 0;
    for (const Shard& shard : shards_) {
      asleep += shard.sleepers.load(std::memory_order_relaxed);  // relaxed: a snapshot.
    }
    if (asleep > 0) text += "sleep (until their time): " + std::to_string(asleep) + " wait\n";
  }

  std::array<Shard, kShards> shards_;
  Alarm<> alarm_;
  std::atomic<bool> is_running_{false};
  std::atomic<bool> is_ending_{false};
  std::thread thread_;
  cpu_set_t cores_{};  // Those of the thread that called run().
  bool has_cores_ = false;
  std::atomic<std::int64_t> caught_up_{kLongAgo};
  std::atomic<std::uint32_t> turns_{0};
};

}  // namespace gauntlet
