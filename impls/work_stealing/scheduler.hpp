// SPDX-License-Identifier: Apache-2.0
// One run: starts the workers, waits until every goroutine has ended. And the way in for foreign
// threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include "harness/contract/panic.hpp"
#include "harness/contract/runtime.hpp"
#include "harness/portable/cores.hpp"
#include "harness/portable/spin_lock.hpp"
#include "impls/work_stealing/counters.hpp"
#include "impls/work_stealing/scavenger.hpp"
#include "impls/work_stealing/shared.hpp"
#include "impls/work_stealing/stack_overflow.hpp"
#include "impls/work_stealing/worker.hpp"

namespace gauntlet::impls::work_stealing {

// --- Counting: who has started, who has ended.

/// Called by a worker that found nothing to run. Right without a lock: the ends are read first,
/// each with what its goroutine had started. If the sums agree, then every start that was seen has
/// ended, and one that was not seen would have a parent that was not seen either, up to the root,
/// which run() counted.
inline bool Shared::all_ended() const {
  std::uint64_t ended = 0;
  for (const Worker* worker : all) ended += worker->ended();
  // acquire pairs with the release in spawn_from_outside().
  std::uint64_t started = process.started_outside.load(std::memory_order_acquire);
  for (const Worker* worker : all) started += worker->started();
  return started == ended;
}

class Scheduler {
 public:
  /// See Runtime::run(). Not from a goroutine, and one at a time.
  template <class F>
  static void run(const RunConfig& config, F&& root) {
    if (current_worker() != nullptr) panic("run() inside a goroutine");
    // acq_rel: the pools that the last run left behind are seen.
    if (running_.exchange(true, std::memory_order_acq_rel))
      panic("run() while another run() goes on");
    const Running until_return;
    const std::uint32_t workers = std::max(1U, config.workers);
    StackPool& stacks = stacks_of(config.stack_bytes);
    const StackOverflowHandler overflow_handler(stacks.reservation);
    // ThreadSanitizer knows nothing of the heavy fence.
    static const bool has_bias = !kThreadSanitized && RealAtomics::has_heavy_fence();
    Shared shared{workers, config.seed, search_rounds(workers), has_bias, stacks, process_, {}, {}};
    std::vector<std::unique_ptr<Worker>> owned;
    for (std::uint32_t i = 0; i < workers; ++i) {
      owned.push_back(std::make_unique<Worker>(shared, i));
      shared.all.push_back(owned.back().get());
    }
    {
      const CountedRun counted(shared);
      process_.idle.begin_run(workers, static_cast<std::uint32_t>(Cores::allowed().size()));
      spawn_from_outside(std::forward<F>(root));
      process_.gate.open();
      start_and_join(owned, stacks);
    }
    // What is left in started_outside are goroutines that foreign threads started after the last
    // end; the next run has them.
    std::uint64_t ended_outside = 0;
    for (const auto& worker : owned) ended_outside += worker->ended() - worker->started();
    // relaxed: all workers have been joined.
    process_.started_outside.fetch_sub(ended_outside, std::memory_order_relaxed);
  }

  /// go() on a thread that is no worker.
  template <class F>
  static void spawn_from_outside(F&& job) {
    auto& closure = take_outside_closure<ClosureFor<F>>();
    try {
      closure.hold(std::forward<F>(job));
    } catch (...) {
      give_outside_closure(closure);
      throw;
    }
    // release pairs with the acquire in Shared::all_ended(); before the push, so that an end is
    // never seen without its start.
    process_.started_outside.fetch_add(1, std::memory_order_release);
    inject_one(closure);
  }

  /// See Runtime::counters().
  static Counters counters() {
    counters_lock_.lock();
    const Counters now = counted_run_ == nullptr ? counters_of_last_run_ : count(*counted_run_);
    counters_lock_.unlock();
    return now;
  }

  /// See Runtime::enter_run().
  static bool enter_run() { return process_.gate.enter(); }
  static void leave_run() {
    process_.gate.leave();
    process_.idle.work_published();  // Whoever found the gate held looks again.
  }

  /// See Runtime::release_memory().
  static void release_memory() {
    const std::lock_guard lock(stacks_lock_);
    if (stacks_ != nullptr) stacks_->release(StackReservation::kMostSlots, 0);
  }

  /// See Runtime::pack_stacks().
  static PackedStacks pack_stacks() {
    const std::lock_guard lock(stacks_lock_);
    return stacks_ == nullptr ? PackedStacks{} : stacks_->pack();
  }

  /// resume() on a thread that is no worker.
  static void inject(Goroutine& goroutine) {
    count_outside_wakes(1);
    inject_one(goroutine);
  }

  static void inject_all(std::span<Goroutine* const> goroutines) {
    count_outside_wakes(goroutines.size());
    for_each_batch(goroutines, [](std::span<Ready* const> batch) { process_.injected.push(batch); });
    process_.idle.work_published();
  }

 private:
  struct Running {
    ~Running() {
      // release pairs with the acquire in run().
      running_.store(false, std::memory_order_release);
    }
  };

  /// Its workers may be asked for their counters; afterwards, what they were is kept.
  class CountedRun {
   public:
    explicit CountedRun(const Shared& shared) {
      // relaxed: nobody is parked between runs, so nobody wakes.
      process_.woken_outside.store(0, std::memory_order_relaxed);
      counters_lock_.lock();
      counted_run_ = &shared;
      counters_lock_.unlock();
    }
    CountedRun(const CountedRun&) = delete;
    CountedRun& operator=(const CountedRun&) = delete;
    ~CountedRun() {
      counters_lock_.lock();
      counters_of_last_run_ = count(*counted_run_);
      // What foreign threads have started since the last end is the next run's.
      counters_of_last_run_.spawned = counters_of_last_run_.ended;
      counted_run_ = nullptr;
      counters_lock_.unlock();
    }
  };

  /// Under counters_lock_. What follows from another is read after it: ends before beginnings before starts.
  static Counters count(const Shared& shared) {
    Counters sum;
    for (const Worker* worker : shared.all) sum.ended += worker->ended();
    for (const Worker* worker : shared.all) sum.stacks_live += worker->begun();
    sum.stacks_live -= sum.ended;
    // relaxed, both: numbers, nothing behind them.
    sum.wakes = process_.woken_outside.load(std::memory_order_relaxed);
    for (const Worker* worker : shared.all) worker->add_to(sum);
    sum.spawned = process_.started_outside.load(std::memory_order_relaxed);
    for (const Worker* worker : shared.all) sum.spawned += worker->started();
    return sum;
  }

  static void count_outside_wakes(std::size_t goroutines) {
    // relaxed: before the push, which orders it for whoever sees the goroutine end.
    process_.woken_outside.fetch_add(goroutines, std::memory_order_relaxed);
  }

  static void inject_one(Ready& ready) {
    Ready* const one = &ready;
    process_.injected.push(std::span(&one, 1));
    process_.idle.work_published();
  }

  /// A worker that may have a core to itself searches for about 20 us: a sleep and a wake-up cost
  /// more. One that keeps another from its core does not.
  static std::uint32_t search_rounds(std::uint32_t workers) {
    constexpr std::uint32_t kRounds = 16;
    return workers <= Cores::allowed().size() ? kRounds : 1;
  }

  /// Kept from run to run; another size of stack gets a new one.
  static StackPool& stacks_of(std::size_t stack_bytes) {
    const std::lock_guard lock(stacks_lock_);
    if (stacks_ == nullptr || stacks_->reservation.stack_bytes() != stack_bytes) {
      delete stacks_;
      stacks_ = nullptr;
      stacks_ = new StackPool(stack_bytes);
    }
    return *stacks_;
  }

  static void start_and_join(const std::vector<std::unique_ptr<Worker>>& workers, StackPool& stacks) {
    Scavenger scavenger(stacks, workers.size());
    // Pinned only where workers share out the cores between them. A lone worker floats.
    const std::vector<int> where = Cores::allowed();
    const bool pinned = workers.size() > 1 && workers.size() <= where.size();
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < workers.size(); ++i) {
      try {
        threads.emplace_back([&scavenger, &worker = *workers[i], core = pinned ? where[i] : -1] {
          if (core >= 0) Cores::keep_to(core);
          const SignalStack signal_stack;
          worker.work();
          scavenger.worker_ended();
        });
      } catch (const std::system_error& error) {
        // The first workers may run goroutines by now: there is no way back.
        std::fprintf(stderr, "gauntlet: work_stealing: worker %zu of %zu cannot start: %s\n", i + 1,
                     workers.size(), error.what());
        std::abort();
      }
    }
    scavenger.work_until_all_ended();
    for (std::thread& thread : threads) thread.join();
  }

  template <class Node>
  static Node& take_outside_closure() {
    outside_lock_.lock();
    Node* node = outside_closures_.of<Node>().take();
    outside_lock_.unlock();
    if (node != nullptr) return *node;
    auto& pool = process_.closures.of<Node>();
    LocalClosurePool<Node> chunk(pool.depot);
    return pool.fresh(chunk);
  }

  template <class Node>
  static void give_outside_closure(Node& node) {
    outside_lock_.lock();
    outside_closures_.of<Node>().give(node);
    outside_lock_.unlock();
  }

  static inline Process& process_ = *new Process;  // Never destroyed, as stacks_.
  static inline std::mutex stacks_lock_;  // Guards stacks_: a run makes another pool, release_memory() uses it.
  static inline StackPool* stacks_ =
      nullptr;  // Never destroyed at exit: threads may outlive main().
  static inline std::atomic<bool> running_{false};
  static inline SpinLock counters_lock_;  // Guards the next two, and the workers' lives while one counts.
  static inline const Shared* counted_run_ = nullptr;
  static inline Counters counters_of_last_run_;
  static inline SpinLock outside_lock_;  // Guards outside_closures_.
  static inline LocalClosures outside_closures_{process_.closures};
};

}  // namespace gauntlet::impls::work_stealing
