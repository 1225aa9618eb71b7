// SPDX-License-Identifier: Apache-2.0
// Goroutines that threads without a Boost.Fiber scheduler start: such a thread leaves a job here, and the
// main fiber of the first worker, which has nothing else to do, starts it.
//
// To make a fiber needs the scheduler of the thread that makes it; a foreign thread would get one of its
// own, on which nobody ever runs.
#pragma once

#include <boost/fiber/context.hpp>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/portable/spin_lock.hpp"

namespace gauntlet::impls::boost_fiber {

class OutsideJobs {
 public:
  /// Before a run; `wake` makes its first main fiber ready.
  void begin(void (*wake)()) {
    wake_ = wake;
    over_ = false;
    sleeps_ = false;
  }

  /// Any thread that has entered the run.
  template <class F>
  void push(F&& job) {
    change([&] { jobs_.push_back(std::make_unique<JobOf<F>>(std::forward<F>(job))); });
  }

  /// Every goroutine has ended.
  void finish() {
    change([this] { over_ = true; });
  }

  /// The main fiber's work until finish().
  void serve() {
    for (;;) {
      lock_.lock();
      const std::vector<std::unique_ptr<Job>> jobs = std::exchange(jobs_, {});
      const bool over = over_;
      sleeps_ = jobs.empty() && !over;
      const bool sleeps = sleeps_;
      lock_.unlock();
      for (const auto& job : jobs) job->start();
      if (sleeps) boost::fibers::context::active()->suspend();
      if (over) return;
    }
  }

 private:
  struct Job {
    virtual ~Job() = default;
    virtual void start() = 0;
  };
  template <class F>
  struct JobOf final : Job {
    explicit JobOf(F&& given) : body(std::forward<F>(given)) {}
    void start() override { body(); }
    std::decay_t<F> body;
  };

  template <class F>
  void change(F&& how) {
    lock_.lock();
    how();
    const bool must_wake = std::exchange(sleeps_, false);
    void (*const wake)() = wake_;
    lock_.unlock();
    if (must_wake) wake();
  }

  SpinLock lock_;  // Guards all below.
  std::vector<std::unique_ptr<Job>> jobs_;
  void (*wake_)() = nullptr;
  bool over_ = false;
  bool sleeps_ = false;  // The main fiber has parked, or is about to: whoever clears it wakes it.
};

}  // namespace gauntlet::impls::boost_fiber
