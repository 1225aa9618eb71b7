// SPDX-License-Identifier: Apache-2.0
// One OS thread per goroutine: what every other runtime is compared with.
#pragma once

#include <sched.h>
#include <semaphore.h>

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "harness/contract/panic.hpp"
#include "harness/contract/runtime.hpp"
#include "harness/portable/cores.hpp"
#include "harness/portable/detached_thread.hpp"
#include "harness/portable/live_count.hpp"

namespace gauntlet::impls::os_threads {

/// Threads inherit the affinity of the one that starts them: `workers` cores for all of them.
class CoreLimit {
 public:
  explicit CoreLimit(unsigned workers) {
    sched_getaffinity(0, sizeof(before_), &before_);
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    unsigned taken = 0;
    for (int core = 0; core < CPU_SETSIZE && taken < workers; ++core) {
      if (!CPU_ISSET(core, &before_)) continue;
      CPU_SET(core, &allowed);
      ++taken;
    }
    sched_setaffinity(0, sizeof(allowed), &allowed);
  }
  CoreLimit(const CoreLimit&) = delete;
  CoreLimit& operator=(const CoreLimit&) = delete;
  ~CoreLimit() { sched_setaffinity(0, sizeof(before_), &before_); }

 private:
  cpu_set_t before_;
};

struct Runtime {
  static constexpr RuntimeInfo info{
      .name = "os_threads",
      .version = "POSIX threads",
      .stack = Stack::kThread,
      .tuning = "1 worker = 1 core by affinity; default thread stacks"};

  using Handle = sem_t*;

  /// Optional verb: why such a run would measure nothing of its own; empty if it would.
  static std::string declines(const RunConfig& config) {
    const std::size_t cores = Cores::allowed().size();
    if (config.workers <= cores) return {};
    return "a worker is a core here, and there are " + std::to_string(cores);
  }

  template <class F>
  static void run(const RunConfig& config, F&& root) {
    const CoreLimit limit(config.workers);
    go(std::forward<F>(root));
    alive_.wait_for_none();
  }

  template <class F>
  static void go(F&& job) {
    alive_.add();
    try {
      DetachedThread::start([job = std::forward<F>(job)]() mutable {
        {
          auto body = std::move(job);  // Ends, with all it holds, before the goroutine counts as ended.
          body();
        }
        alive_.remove();
      });
    } catch (const std::system_error& error) {
      alive_.remove();
      throw GoroutineLimit("no more OS threads: " + error.code().message());
    }
  }

  static void yield() { std::this_thread::yield(); }

  static void suspend(auto&& try_park) {
    // Thread-local: a late sem_post() touches memory that lives as long as the thread.
    thread_local Semaphore wake;
    if (!try_park(&wake.semaphore)) return;
    while (sem_wait(&wake.semaphore) != 0) {  // EINTR
    }
  }

  static void resume(Handle handle) { sem_post(handle); }

  /// Optional verbs: a foreign thread counts as one more goroutine.
  static bool enter_run() { return alive_.add_to_living(); }
  static void leave_run() { alive_.remove(); }

 private:
  struct Semaphore {
    Semaphore() { sem_init(&semaphore, 0, 0); }
    ~Semaphore() { sem_destroy(&semaphore); }
    sem_t semaphore;
  };

  // Never destroyed: the last thread may still be inside remove() when main() has returned.
  static inline LiveCount& alive_ = *new LiveCount;
};

}  // namespace gauntlet::impls::os_threads
