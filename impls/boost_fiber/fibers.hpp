// SPDX-License-Identifier: Apache-2.0
// The five verbs on Boost.Fiber; both lanes, with native and with portable channels, stand on them.
//
// Why resume() may come before the caller of suspend() is off its stack: only the thread a fiber runs on takes it off
// its stack, and a resume from elsewhere goes to that thread's remote queue, which its dispatcher fiber drains after the
// switch. A fiber that is ready again may be stolen only then.
#pragma once

#include <boost/fiber/context.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/fixedsize_stack.hpp>
#include <boost/fiber/operations.hpp>
#include <boost/fiber/scheduler.hpp>
#include <exception>
#include <latch>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "harness/contract/runtime.hpp"
#include "harness/portable/live_count.hpp"
#include "harness/portable/outside_jobs.hpp"
#include "impls/boost_fiber/team_place.hpp"
#include "impls/boost_fiber/work_stealing_statics.hpp"

namespace gauntlet::impls::boost_fiber {

namespace bf = boost::fibers;

struct Fibers {
  using Handle = bf::context*;

  static void run(const RunConfig& config, auto&& root) {
    const unsigned workers = config.workers == 0 ? 1 : config.workers;
    stack_bytes_ = config.stack_bytes;
    prepare_work_stealing(workers);
    mains_.assign(workers, nullptr);
    outside_.begin();
    std::exception_ptr failure;
    std::latch all_ready(workers);
    std::latch all_idle(workers);
    const auto work = [&](unsigned index) {
      take_place(index, workers);
      on_worker_ = true;
      mains_[index] = bf::context::active();
      all_ready.arrive_and_wait();  // Every scheduler is registered: stealing may begin.
      if (index != 0)
        bf::context::active()->suspend();
      else if (started(root, failure))
        outside_.serve<Fibers>();
      // A peer may still be inside resume() of this thread's main fiber, and a foreign thread inside its last resume():
      // the scheduler must outlive both.
      foreign_resumes_.wait_for_none();
      all_idle.arrive_and_wait();
    };
    std::vector<std::thread> team;
    for (unsigned index = 0; index < workers; ++index) team.emplace_back(work, index);
    for (std::thread& worker : team) worker.join();
    if (failure) std::rethrow_exception(failure);
  }

  template <class F>
  static void go(F&& job) {
    alive_.add();
    if (!on_worker_)
      return outside_.push<Fibers>([job = std::forward<F>(job)]() mutable { start(std::move(job)); });
    try {
      start(std::forward<F>(job));
    } catch (const GoroutineLimit&) {
      remove_one();
      throw;
    }
  }

  /// Optional verbs: a foreign thread counts as one more goroutine.
  static bool enter_run() { return alive_.add_to_living(); }
  static void leave_run() { remove_one(); }

  static void yield() { boost::this_fiber::yield(); }
  static void suspend(auto&& try_park) {
    bf::context* self = bf::context::active();
    if (try_park(self)) self->suspend();
  }

  static void resume(Handle handle) {
    if (!on_worker_) {
      foreign_resumes_.add();
      handle->get_scheduler()->schedule_from_remote(handle);
      foreign_resumes_.remove();
      return;
    }
    bf::context* self = bf::context::active();
    if (handle != self) return self->schedule(handle);
    // From within its own try_park(): not ready before it is off its stack.
    handle->get_scheduler()->schedule_from_remote(handle);
  }

 private:
  /// On a worker. Precondition: it is counted.
  static void start(auto&& job) {
    try {
      bf::fiber(bf::launch::post, std::allocator_arg, bf::fixedsize_stack(stack_bytes_),
                [job = std::forward<decltype(job)>(job)]() mutable {
                  {
                    auto body = std::move(job);  // Ends before the goroutine counts as ended.
                    body();
                  }
                  remove_one();
                })
          .detach();
    } catch (const std::bad_alloc&) {
      throw GoroutineLimit("no memory for one more stack of " + std::to_string(stack_bytes_) + " bytes");
    }
  }

  static void remove_one() { if (alive_.remove()) wake_mains(); }

  /// False: there was no memory even for the root, and nobody is left to wake the other threads.
  template <class F>
  static bool started(F& root, std::exception_ptr& failure) {
    try {
      go(std::forward<F>(root));
      return true;
    } catch (...) {
      failure = std::current_exception();
      for (bf::context* main : mains_)
        if (main != bf::context::active()) resume(main);
      return false;
    }
  }

  /// A main fiber may not have suspended yet: then it waits in its thread's remote queue.
  static void wake_mains() {
    for (std::size_t index = 1; index < mains_.size(); ++index) resume(mains_[index]);
    outside_.finish<Fibers>();
  }

  static inline std::size_t stack_bytes_ = 0;
  static inline std::vector<bf::context*> mains_;  // One per worker; written before all_ready.
  static inline OutsideJobs<Handle> outside_;      // The doorman is mains_[0].
  static inline LiveCount alive_;
  static inline LiveCount foreign_resumes_;
  // A compiler may keep its address over a switch to another worker: it is true there as well.
  static inline thread_local bool on_worker_ = false;
};

}  // namespace gauntlet::impls::boost_fiber
