// SPDX-License-Identifier: Apache-2.0
// A worker: an OS thread that runs goroutines. It picks what runs next, and switches to it.
//
// The order: every kInjectionPeriod picks the shared queue first; else the goroutine that was woken
// last (runnext: it is hot, and often the other end of a channel), at most kRunnextBudget times in
// a row; else, in turns, the ring, first in first out, and what has not begun, the newest first; else a
// batch from the shared queue; else the home context, which steals. So a pair that plays ping-pong delays
// the ring's head by kRunnextBudget switches, never for ever; and who waits for its first turn while newer
// ones keep coming is old after two generations, and comes before them.
//
// A goroutine that leaves its stack (parks, yields, ends) picks its successor on its own stack and
// switches straight to it; only without one does it go home. What it leaves behind is a Departure,
// which the successor settles: nothing about a goroutine is published before its registers are
// saved.
//
// A stack serves closures one after the other while there are any, so that a goroutine which never
// parks runs on a hot stack. When a stack has nothing to do it goes to the pool, and sleeps inside
// serve().
//
// Only the owner touches a worker, except what is marked as shared.
#pragma once

#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/contract/atomics.hpp"
#include "harness/contract/race_detector.hpp"
#include "harness/portable/alarm_clock.hpp"
#include "harness/portable/contended_time.hpp"
#include "harness/portable/io_watch.hpp"
#include "harness/portable/ticks.hpp"
#include "impls/work_stealing/closure.hpp"
#include "impls/work_stealing/closure_pool.hpp"
#include "impls/work_stealing/contention.hpp"
#include "impls/work_stealing/context.hpp"
#include "impls/work_stealing/counters.hpp"
#include "impls/work_stealing/current_worker.hpp"
#include "impls/work_stealing/goroutine.hpp"
#include "impls/work_stealing/own_count.hpp"
#include "impls/work_stealing/retreat.hpp"
#include "impls/work_stealing/shared.hpp"
#include "impls/work_stealing/spawn_queue.hpp"
#include "impls/work_stealing/stack_pool.hpp"
#include "impls/work_stealing/thefts.hpp"
#include "impls/work_stealing/turn_clock.hpp"
#include "impls/work_stealing/worker_bias.hpp"

namespace gauntlet::impls::work_stealing {

class alignas(128) Worker {
 public:
  Worker(Shared& shared, std::uint32_t index)
      : shared_(shared),
        alone_(shared.workers == 1),
        index_(index),
        random_state_((shared.seed + index) * 2 + 1),
        stacks_(shared.stacks, &goroutine_entry),
        closures_(shared.process.closures),
        watched_(shared.workers),
        next_id_(index + 1) {}

  /// The thread's whole life: runs goroutines until every one has ended.
  void work() {
    set_current_worker(this);
    prctl(PR_SET_TIMERSLACK, 1UL);  // Linux lets a thread oversleep by 50 us; a timekeeper must not.
    thread_exceptions_ = ExceptionState::of_this_thread();
    contention_.begin(ContendedTime::of_this_thread(), ticks());
    home_.sanitized.adopt_thread();
    current_ = &home_;
    come_back();
    for (;;) {
      home_picks_.add();
      Ready* next = pick();
      if (next == nullptr) next = shared_.process.idle.await_work(*this);
      if (next == nullptr) break;
      switch_to(home_, goroutine_for(next), {});
    }
    go_away();
    home_.sanitized.release_thread();
    set_current_worker(nullptr);
  }

  Goroutine& current() { return *current_; }

  /// To need no read-modify-writes, if everyone else is away.
  void seek_bias() {
    if (shared_.has_bias) bias_seeker_.seek();
  }
  BiasSeeker& bias_seeker() { return bias_seeker_; }

  /// Parks the running goroutine; returns when it is resumed, maybe on another worker.
  [[gnu::always_inline]] void leave(Departure departure) {
    Goroutine& self = *current_;
    switch_to(self, successor(), departure);
  }

  /// Lets another goroutine run, if one is ready here; the caller goes to the end of the ring.
  void yield() {
    yields_.add();
    Ready* next = pick();
    if (next == nullptr) return;
    Goroutine& self = *current_;
    if (alone_) {
      push(self);
      switch_to(self, goroutine_for(next), {});
    } else {
      switch_to(self, goroutine_for(next), {&publish_yielded, &self});
    }
  }

  /// A woken goroutine runs next here; the one that would have goes to the ring.
  void make_ready(Goroutine& goroutine) {
    Goroutine* displaced = exchange_runnext(&goroutine);
    if (displaced == nullptr) return;
    queued_wakes_.add();
    push(*displaced);
  }

  /// Those that are woken at once go to the end of the ring, in their order: none of them is hotter than
  /// the others. One alone runs next.
  void make_all_ready(std::span<Goroutine* const> goroutines);

  /// To the end of the ring; wakes a sleeping worker if there is one and nobody searches.
  [[gnu::noinline]] void push(Goroutine& goroutine) { push_to(ring_, goroutine); }

  /// go(): the new goroutine waits with the others that have not begun. Throws GoroutineLimit.
  template <class F>
  void spawn(F&& job) {
    auto& closure = take_closure<ClosureFor<F>>();
    try {
      closure.hold(std::forward<F>(job));
    } catch (...) {
      give_closure(closure);
      throw;
    }
    started_.add();  // Before the push, which orders it for Shared::all_ended().
    push_to(new_, closure);
  }

  template <class Node>
  void give_closure(Node& node) {
    closures_.of<Node>().give(node);
  }

  // --- Shared: any thread may call these.

  /// Ordered by the acquire of ended().
  std::uint64_t started() const { return started_.read(); }
  std::uint64_t ended() const {
    // acquire pairs with the release in count_ended(): what those goroutines started is seen.
    return ended_.load(std::memory_order_acquire);
  }
  std::uint64_t begun() const { return (next_id_.read() - 1 - index_) / shared_.workers; }
  void add_to(Counters& sum) const {
    sum.parks += parks_.read();
    sum.wakes += runnext_runs_.read() + queued_wakes_.read();
    sum.yields += yields_.read();
    sum.steals += steals_.read();
    sum.retreats += retreats_.read();
  }

  /// How often it has picked. Each part only grows, so a sum that stays means a worker that has not.
  std::uint64_t picks() const {
    // relaxed: only compared with what was seen before.
    return parks_.read() + yields_.read() + home_picks_.read() +
           ended_.load(std::memory_order_relaxed);
  }

  // --- For IdleWorkers::await_work().

  Ready* search(SearchReason reason);
  bool left_work() const { return left_work_; }
  std::chrono::nanoseconds until_alarm() const;
  /// While it sleeps, nothing that goroutines or workers share is touched.
  void go_away();
  void come_back() {
    WorkerBias::bias().come();
    seek_bias();
  }
  bool all_ended() const {
    const auto ended = [this] { return shared_.all_ended(); };
    return ended() && shared_.process.gate.close_if(ended);
  }

 private:
  using Ring = RunQueue<Ready*, RealAtomics>;
  using New = SpawnQueue<Ready*, RealAtomics>;

  static constexpr std::uint32_t kInjectionPeriod = 61;
  static constexpr std::size_t kMostInjected = 64;  // At once; an array of so many is on the stack.
  static constexpr std::uint32_t kRunnextBudget = 8;  // A pair: 4 round trips per turn of others.
  static constexpr std::uint32_t kNewInARow = 64;     // Between two rounds of the ring.
  // In a ring of so many, whoever comes has left the cache: it is fetched while some others run.
  static constexpr std::uint32_t kLongAbsence = 16;
  static constexpr std::uint32_t kFetchedAhead = 3;
  static constexpr std::uint32_t kPausesPerRound = 32;  // About a microsecond of searching.
  // A thief leaves what its worker will have run within so many rounds: to move a goroutine to another
  // core costs more.
  static constexpr std::uint32_t kPatience = 3;
  static constexpr std::uint32_t kLongQueue = 64;  // Worth a look at how long it will take.
  // Who has waited for so long for its first turn comes before who is newer: as long as Go lets one goroutine run.
  static constexpr std::uint64_t kGeneration = 10'000 * kTicksPerMicrosecond;

  /// What this worker last saw of another one: a runnext that stays while nothing runs is stuck; a
  /// ring that empties as fast as it is filled is no thief's business.
  struct Watched {
    std::uint64_t picks = 0;
    Goroutine* runnext = nullptr;
    std::uint32_t taken = 0;    // From its ring, since ever.
    std::uint32_t drained = 0;  // Of these, in the last microsecond or so in which this worker watched.
    New::Fill fresh;            // What has not begun, and how far its old end has come.
    bool fresh_stays = false;   // There was an oldest one of those, and it still is.
  };

  [[noreturn]] static void goroutine_entry(Context* from, Context* self, Departure::Settle settle,
                                           void* argument);
  [[noreturn]] static void serve(Goroutine& self);
  static void publish_yielded(void* goroutine) noexcept {
    current_worker()->push(*static_cast<Goroutine*>(goroutine));
  }

  /// Saves `from`, continues `to`; returns when somebody continues `from`. `this` is stale then.
  [[gnu::always_inline]] void switch_to(Goroutine& from, Goroutine& to, Departure departure) {
    current_ = &to;
    if ((thread_exceptions_->bits() | to.exceptions.bits()) != 0) [[unlikely]]
      to.exceptions.take_over(*thread_exceptions_, from.exceptions);
    from.sanitized.leave_for(to.sanitized);
    const Departure arrived = switch_context(from, to, departure);
    from.sanitized.arrive();
    const race::Unseen unseen;  // It reads the frame of the one that left.
    arrived.be_settled();
  }

  /// Who runs after the caller, which parks: never nobody, home at the least.
  [[gnu::noinline]] Goroutine& successor() {
    parks_.add();
    if (Goroutine* woken = pick_woken()) return *woken;
    return successor_in_turn();
  }
  [[gnu::noinline]] Goroutine& successor_in_turn() {
    Ready* next = pick_in_turn();
    return next == nullptr ? home_ : goroutine_for(next);
  }

  /// A goroutine to switch to; a closure gets a stack.
  Goroutine& goroutine_for(Ready* ready) {
    if (!ready->is_closure()) return *static_cast<Goroutine*>(ready);
    Goroutine* stack = stacks_.take();
    if (stack == nullptr) [[unlikely]]
      shared_.die_of_no_stack();
    stack->job = static_cast<Closure*>(ready);
    return *stack;
  }

  template <class Node>
  Node& take_closure() {
    auto& free = closures_.of<Node>();
    Node* node = free.take();
    if (node == nullptr) [[unlikely]] {
      if (shared_.stacks.exhausted()) throw GoroutineLimit(shared_.stacks.limit_reached());
      return shared_.process.closures.of<Node>().fresh(free);
    }
    return *node;
  }

  /// `alone()` while no other thread can touch this worker, else `shared()`.
  template <class Alone, class Shared>
  [[gnu::always_inline]] auto unless_shared(Alone&& alone, Shared&& shared) -> decltype(alone()) {
    return alone_ ? alone() : bias_seeker_.member().unless_shared(alone, shared);
  }

  Ready* pick();
  Goroutine* pick_woken();
  Ready* pick_in_turn();
  Ready* pick_last();
  Ready* pick_by_period();
  bool sees_contention();
  bool is_turn_of_new();
  Goroutine* run_woken();
  Ready* take_oldest();
  Ready* take_new();
  Goroutine* take_runnext();
  Goroutine* exchange_runnext(Goroutine* goroutine);
  bool sees_injected() const { return !shared_.process.injected.seems_empty() && !retreat_.goes_on(); }
  Ready* take_injected(std::size_t most);
  Ready* take_shared(SearchReason reason);
  Ready* take_due();
  Ready* take_polled();
  void watch(bool first);
  bool retreat();
  void tell_idle(std::uint32_t queued);
  Ready* steal_from(Worker& victim);
  Ready* steal_new(Worker& victim);
  Ready* steal_from_all();
  Ready* steal_stuck_runnext();
  Ready* keep_all_but_first(const Ring::Loot& loot);
  template <class Queue>
  [[gnu::always_inline]] void push_to(Queue& queue, Ready& ready);
  template <class Queue>
  void spill(Queue& queue, Ready& ready);
  void push_all(std::span<Ready* const> ready);
  std::uint64_t random();

  void begin(Goroutine& self) {
    self.id = next_id_.read();
    next_id_.add(shared_.workers);
  }
  void count_ended() {
    // release pairs with the acquire in ended(); only the owner writes.
    ended_.store(ended_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  // The owner's.
  Shared& shared_;
  const bool alone_;  // No other worker: no thief, nobody to wake.
  BiasSeeker bias_seeker_;
  const std::uint32_t index_;
  Goroutine* current_ = nullptr;
  ExceptionState* thread_exceptions_ = nullptr;
  std::uint32_t until_injection_ = kInjectionPeriod;
  std::uint64_t runnext_limit_ = kRunnextBudget;  // When runnext_runs_ gets there, the ring has its turn.
  std::uint64_t runnext_budget_ = kRunnextBudget;
  TurnClock turns_;
  Contention contention_;
  Thefts thefts_;
  Retreat retreat_;
  std::uint32_t new_in_a_row_ = 0;
  std::uint32_t round_ = 0;  // Of the ring: when all before this mark have had their turn, others may begin.
  std::uint64_t generation_ = 0;  // When it began.
  std::uint64_t random_state_;
  LocalStacks stacks_;
  LocalClosures closures_;
  std::vector<Watched> watched_;
  bool left_work_ = false;     // By the last search.
  bool was_sentinel_ = false;  // As such it searched last: if it sleeps on, that is no news.
  Goroutine home_;  // The thread's own stack.

  // Shared.
  alignas(128) std::atomic<Goroutine*> runnext_{nullptr};
  // What happened here, each event counted once, where it costs least. Every pick follows one of four: a
  // goroutine parked, yielded or ended, or the worker came home. So nobody counts picks.
  OwnCount started_;
  std::atomic<std::uint64_t> ended_{0};
  OwnCount parks_;
  OwnCount yields_;
  OwnCount home_picks_;
  OwnCount runnext_runs_;  // Woken goroutines that ran from the slot.
  OwnCount next_id_;       // Of the goroutines that begin here; in steps of the number of workers.
  OwnCount queued_wakes_;  // Woken ones that went to a queue, or were stolen by this worker out of a slot.
  OwnCount steals_;
  OwnCount retreats_;
  Ring ring_;  // Who has run before, and what came from elsewhere.
  New new_;    // What was started here and has not begun.
};

// --- Running.

inline void Worker::goroutine_entry(Context*, Context* self, Departure::Settle settle,
                                    void* argument) {
  end_backtrace_here();
  auto& goroutine = *static_cast<Goroutine*>(self);
  goroutine.sanitized.arrive();
  {
    const race::Unseen unseen;  // As in switch_to().
    Departure{settle, argument}.be_settled();
  }
  serve(goroutine);
}

inline void Worker::serve(Goroutine& self) {
  for (;;) {
    Worker* worker = current_worker();
    worker->begin(self);
    self.job->start(*self.job, *worker);
    worker = current_worker();
    worker->count_ended();
    Ready* next = worker->pick();
    if (next != nullptr && next->is_closure()) {
      self.job = static_cast<Closure*>(next);
      continue;
    }
    // Nobody takes this stack before the switch below has saved it: the pool is this worker's own.
    worker->stacks_.give(self);
    Goroutine& to = next == nullptr ? worker->home_ : *static_cast<Goroutine*>(next);
    worker->switch_to(self, to, {});
  }
}

inline void Worker::go_away() {
  if (IoWatch* const io = IoWatch::running(); io != nullptr && !was_sentinel_) io->fall_asleep();
  WorkerBias::bias().give_up(bias_seeker_.member());
  if (WorkerBias::bias().go() != 1) return;
  for (Worker* other : shared_.all) other->bias_seeker_.member().offer();  // To the one that stays.
}

inline WorkerBias::Member* WorkerBias::member() {
  Worker* const worker = current_worker();
  return worker == nullptr ? nullptr : &worker->bias_seeker().member();
}
inline void WorkerBias::seek() { current_worker()->seek_bias(); }

template <class Node>
void recycle(Node& node, Worker& worker) {
  node.start = nullptr;
  worker.give_closure(node);
}

}  // namespace gauntlet::impls::work_stealing

#include "impls/work_stealing/picking.hpp"
#include "impls/work_stealing/stealing.hpp"
#include "impls/work_stealing/uncaught.hpp"
