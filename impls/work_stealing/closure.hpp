// SPDX-License-Identifier: Apache-2.0
// A callable that waits for its first run: one cache line, however large the callable is.
//
// Small callables live in the node; larger ones in a heap block that the node points to. Either way
// the callable moves to the goroutine's stack before it runs, and the node is free again at once: a
// million parked goroutines hold no nodes.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "impls/work_stealing/ready.hpp"

namespace gauntlet::impls::work_stealing {

/// Gives an emptied node back to `worker`, which runs the caller.
void recycle(Closure& closure, Worker& worker);

/// Ends the program: nobody caught the goroutine's exception. Called in the catch block.
[[noreturn]] void die_of_uncaught_exception();

struct alignas(64) Closure : Ready {
  static constexpr std::size_t kInlineBytes = 48;

  /// Precondition: the node is free. Throws what copying the callable throws, or std::bad_alloc;
  /// the node is free then, too.
  template <class F>
  void hold(F&& callable) {
    using Job = std::decay_t<F>;
    if constexpr (kFits<Job>) {
      ::new (static_cast<void*>(storage)) Job(std::forward<F>(callable));
      start = &start_inline<Job>;
    } else {
      ::new (static_cast<void*>(storage)) Job*(new Job(std::forward<F>(callable)));
      start = &start_boxed<Job>;
    }
  }

  /// Starts to load it.
  static void fetch(const Closure* closure) { __builtin_prefetch(closure, 1); }

 private:
  template <class Job>
  static constexpr bool kFits =
      sizeof(Job) <= kInlineBytes && alignof(Job) <= alignof(std::max_align_t) &&
      std::is_nothrow_move_constructible_v<Job>;

  template <class Job>
  static void start_inline(Closure& self, Worker& worker) {
    Job* stored = std::launder(reinterpret_cast<Job*>(self.storage));
    Job job(std::move(*stored));
    stored->~Job();
    recycle(self, worker);
    run_to_the_end(job);
  }

  template <class Job>
  static void start_boxed(Closure& self, Worker& worker) {
    const std::unique_ptr<Job> job(*std::launder(reinterpret_cast<Job**>(self.storage)));
    recycle(self, worker);
    run_to_the_end(*job);
  }

  template <class Job>
  static void run_to_the_end(Job& job) {
    try {
      job();
    } catch (...) {
      die_of_uncaught_exception();
    }
  }

  alignas(std::max_align_t) std::byte storage[kInlineBytes];
};
static_assert(sizeof(Closure) == 64);

}  // namespace gauntlet::impls::work_stealing
