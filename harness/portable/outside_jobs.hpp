// SPDX-License-Identifier: Apache-2.0
// Goroutines that foreign threads start, for adapters whose library lets only its own threads do so: such a
// thread leaves a job here, and a doorman, parked on one of the library's threads, starts it.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/portable/spin_lock.hpp"

namespace gauntlet {

/// Handle: that of the runtime whose verbs are given to the calls.
template <class Handle>
class OutsideJobs {
 public:
  /// Before the doorman of a run starts.
  void begin() { over_ = false; }

  /// Any thread that has entered the run.
  template <class R, class F>
  void push(F&& job) {
    change<R>([&] { jobs_.push_back(std::make_unique<JobOf<std::decay_t<F>>>(std::forward<F>(job))); });
  }

  /// Every goroutine has ended: the doorman goes.
  template <class R>
  void finish() {
    change<R>([this] { over_ = true; });
  }

  /// The doorman's work until finish().
  template <class R>
  void serve() {
    for (;;) {
      lock_.lock();
      if (jobs_.empty() && !over_) {
        R::suspend([this](Handle self) {
          doorman_ = self;
          is_parked_ = true;
          lock_.unlock();
          return true;
        });
        continue;
      }
      const std::vector<std::unique_ptr<Job>> jobs = std::exchange(jobs_, {});
      lock_.unlock();
      if (jobs.empty()) return;
      for (const auto& job : jobs) job->start();
    }
  }

 private:
  struct Job {
    virtual ~Job() = default;
    virtual void start() = 0;
  };
  template <class F>
  struct JobOf final : Job {
    template <class G>
    explicit JobOf(G&& given) : body(std::forward<G>(given)) {}
    void start() override { body(); }
    F body;
  };

  template <class R, class F>
  void change(F&& how) {
    lock_.lock();
    how();
    const bool must_wake = std::exchange(is_parked_, false);
    const Handle doorman = doorman_;
    lock_.unlock();
    if (must_wake) R::resume(doorman);
  }

  SpinLock lock_;  // Guards all below. Nobody is resumed under it.
  std::vector<std::unique_ptr<Job>> jobs_;
  Handle doorman_{};
  bool is_parked_ = false;  // Whoever clears it owes the doorman a resume().
  bool over_ = false;
};

}  // namespace gauntlet
