// SPDX-License-Identifier: Apache-2.0
// A callable that waits for its first run: half a cache line if it captures little, else one line, however large
// the callable is.
//
// Small callables live in the node; larger ones in a heap block that the node points to. Either way
// the callable moves to the goroutine's stack before it runs, and the node is free again at once: a
// million parked goroutines hold no nodes. A million that have not run yet do, and to fetch their nodes is most of what
// they cost: hence the two sizes.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "impls/work_stealing/ready.hpp"

namespace gauntlet::impls::work_stealing {

struct Closure : Ready {};

/// Ends the program: nobody caught the goroutine's exception. Called in the catch block.
[[noreturn]] void die_of_uncaught_exception();

/// `kRoom`, `kAlignment`: of what lives in the node.
template <std::size_t kRoom, std::size_t kAlignment>
struct alignas(kRoom + kAlignment) ClosureNode : Closure {
  template <class Job>
  static constexpr bool kFits = sizeof(Job) <= kRoom && alignof(Job) <= kAlignment &&
                                std::is_nothrow_move_constructible_v<Job>;

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
  static void fetch(const ClosureNode* node) { __builtin_prefetch(node, 1); }

 private:
  template <class Job>
  static void start_inline(Closure& closure, Worker& worker) {
    auto& self = static_cast<ClosureNode&>(closure);
    Job* stored = std::launder(reinterpret_cast<Job*>(self.storage));
    Job job(std::move(*stored));
    stored->~Job();
    recycle(self, worker);
    run_to_the_end(job);
  }

  template <class Job>
  static void start_boxed(Closure& closure, Worker& worker) {
    auto& self = static_cast<ClosureNode&>(closure);
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

  alignas(kAlignment) std::byte storage[kRoom];
};

using SmallClosure = ClosureNode<24, 8>;
using LargeClosure = ClosureNode<48, 16>;
static_assert(sizeof(SmallClosure) == 32 && sizeof(LargeClosure) == 64);

template <class Job>
inline constexpr bool kNeedsALine = LargeClosure::kFits<Job> && !SmallClosure::kFits<Job>;
/// The node for a callable of type F; the pointer to one that fits into neither fits into both.
template <class F>
using ClosureFor = std::conditional_t<kNeedsALine<std::decay_t<F>>, LargeClosure, SmallClosure>;

/// Gives an emptied node back to `worker`, which runs the caller.
template <class Node>
void recycle(Node& node, Worker& worker);

}  // namespace gauntlet::impls::work_stealing
