// SPDX-License-Identifier: Apache-2.0
// The work-stealing lane: stackful goroutines, M:N, each worker with a run queue, idle workers
// steal.
#pragma once

#include <array>
#include <atomic>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "harness/contract/panic.hpp"
#include "harness/contract/runtime.hpp"
#include "impls/work_stealing/counters.hpp"
#include "impls/work_stealing/current_worker.hpp"
#include "impls/work_stealing/goroutine.hpp"
#include "impls/work_stealing/scheduler.hpp"
#include "impls/work_stealing/worker.hpp"
#include "impls/work_stealing/worker_bias.hpp"

namespace gauntlet::impls::work_stealing {

struct Runtime {
  static constexpr RuntimeInfo info{
      .name = "work_stealing",
      .version = "0.1",
      .stack = Stack::kFiber,
      .tuning =
          "stacks of RunConfig::stack_bytes; workers pinned when 1 < workers <= cores; idle "
          "workers search about 20 us, then sleep"};

  static constexpr std::array<std::string_view, 1> broken_rules{
      "Goroutine.R7_a_bare_blocking_call_does_not_stop_the_others: a call that blocks keeps its "
      "worker; make it inside blocking()"};

  using Handle = Goroutine*;
  /// Optional: the atomics in what goroutines share.
  using ObjectAtomics = BiasedAtomics<WorkerBias>;

  /// Runs `root` as the first goroutine; returns when every goroutine has ended. Not from a
  /// goroutine; again and again, but one at a time. Throws GoroutineLimit when a worker cannot be
  /// started.
  template <class F>
  static void run(const RunConfig& config, F&& root) {
    Scheduler::run(config, std::forward<F>(root));
  }

  /// Starts a goroutine: any callable, moved or copied. It gets its stack when it first runs. From
  /// any thread; outside of run() it waits for the next one. Throws GoroutineLimit.
  template <class F>
  static void go(F&& job) {
    Worker* worker = current_worker();
    if (worker == nullptr) [[unlikely]]
      return Scheduler::spawn_from_outside(std::forward<F>(job));
    worker->spawn(std::forward<F>(job));
  }

  /// Lets other ready goroutines run before the caller goes on.
  static void yield() {
    if (Worker* worker = current_worker()) worker->yield();
  }

  /// Parks the caller if try_park(handle) says so. It is called when the caller's registers are
  /// saved, so another thread may resume the handle at once, also before try_park returns: what
  /// try_park does after it has published the handle must not touch the caller's frame. It runs on
  /// another stack (that of the next goroutine, or the worker's own) and therefore must be short,
  /// and neither throw, park nor yield. When it says false, the caller goes on as if it had been
  /// resumed at once.
  template <class TryPark>
  [[gnu::always_inline]] static void suspend(TryPark&& try_park) {
    Worker& worker = worker_of_goroutine();
    Parking<std::remove_reference_t<TryPark>> parking{try_park, worker.current()};
    worker.leave({&parking.settle, &parking});
  }

  /// Optional verb: suspend() for the commonest try_park, which publishes `handle` by releasing a one-byte lock, and says
  /// true. The caller holds the lock; `handle` is set here, and `locked` is stored false once the caller's registers are
  /// saved.
  [[gnu::always_inline]] static void suspend_unlocking(Handle& handle, std::atomic<bool>& locked) {
    Worker& worker = worker_of_goroutine();
    handle = &worker.current();
    worker.leave(Departure::unlocking(locked));
  }

  /// Optional verbs: a thread that is no worker keeps the run from ending, and may call go() meanwhile.
  static bool enter_run() { return Scheduler::enter_run(); }
  static void leave_run() { Scheduler::leave_run(); }

  /// Optional verb: resume() for each, at once: from a worker they run behind each other in this order.
  static void resume_all(std::span<const Handle> handles) {
    if (Worker* worker = current_worker()) return worker->make_all_ready(handles);
    Scheduler::inject_all(handles);
  }

  /// Gives the memory of all free stacks back to the system now, save some 128 per worker. Without it the same
  /// happens, to what a run has not needed for some seconds, while that run goes on. As Go's
  /// debug.FreeOSMemory. From any thread; takes about a quarter of a microsecond per stack.
  static void release_memory() { Scheduler::release_memory(); }

  /// release_memory(), and packs the stacks of goroutines that are alive: of each page only what is in use stays, some
  /// hundred bytes where a goroutine waits, until somebody touches it again. Says how many pages are packed, and what they
  /// take. For programs whose goroutines mostly wait; costs about a microsecond per stack, and some more when it
  /// is touched next. From any thread. Throws std::system_error where the system has no userfaultfd for this process (README.md).
  static PackedStacks pack_stacks() { return Scheduler::pack_stacks(); }

  /// Makes a parked goroutine ready: once per park, from any thread.
  static void resume(Handle handle) {
    if (Worker* worker = current_worker()) [[likely]]
      worker->make_ready(*handle);
    else
      Scheduler::inject(*handle);
  }

  /// Of the run that goes on; when none does, of the last one. From any thread, goroutine or not; it takes
  /// nothing from the workers but the lines that it reads.
  static Counters counters() { return Scheduler::counters(); }

 private:
  template <class TryPark>
  struct Parking {
    TryPark& try_park;
    Goroutine& goroutine;

    static void settle(void* frame) noexcept {
      auto& parking = *static_cast<Parking*>(frame);
      Goroutine& goroutine = parking.goroutine;
      if (!parking.try_park(&goroutine)) current_worker()->make_ready(goroutine);
    }
  };

  static Worker& worker_of_goroutine() {
    Worker* worker = current_worker();
    if (worker == nullptr) [[unlikely]]
      panic("this verb needs a goroutine, and the caller is none");
    return *worker;
  }
};

static_assert(gauntlet::Runtime<Runtime>);

}  // namespace gauntlet::impls::work_stealing
