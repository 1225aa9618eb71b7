// SPDX-License-Identifier: Apache-2.0
// Nodes for closures: freed ones first, then a fresh chunk. Chunks are kept until the program ends.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>

#include "harness/contract/panic.hpp"
#include "harness/portable/spin_lock.hpp"
#include "impls/work_stealing/closure.hpp"
#include "impls/work_stealing/magazine.hpp"

namespace gauntlet::impls::work_stealing {

/// What all workers and foreign threads share. Lives as long as the process; never destroyed.
template <class Node>
class ClosurePool {
 public:
  static constexpr std::size_t kBatch = 256;
  using Local = Magazine<Node, kBatch>;

  /// One free node, and a chunk of others into `local`. Throws GoroutineLimit when there is no
  /// memory.
  [[gnu::noinline]] Node& fresh(Local& local) {
    auto* chunk = new (std::nothrow) Chunk;
    if (chunk == nullptr) throw GoroutineLimit("no memory for one more goroutine's closure");
    lock_.lock();
    chunk->next = chunks_;
    chunks_ = chunk;
    lock_.unlock();
    for (std::size_t i = kBatch - 1; i > 0; --i) local.give(chunk->nodes[i]);
    return chunk->nodes[0];
  }

  Depot<Node, kBatch> depot;

 private:
  struct Chunk {
    Chunk* next = nullptr;
    Node nodes[kBatch];
  };

  SpinLock lock_;            // Guards chunks_.
  Chunk* chunks_ = nullptr;  // So that leak checkers see them.
};

/// One of each size.
template <template <class Node> class Pool>
struct EachSize {
  Pool<SmallClosure> small;
  Pool<LargeClosure> large;

  template <class Node>
  Pool<Node>& of() {
    if constexpr (std::is_same_v<Node, SmallClosure>)
      return small;
    else
      return large;
  }
};
using ClosurePools = EachSize<ClosurePool>;

template <class Node>
using LocalClosurePool = typename ClosurePool<Node>::Local;
/// What one worker holds of both.
struct LocalClosures : EachSize<LocalClosurePool> {
  explicit LocalClosures(ClosurePools& pools)
      : EachSize<LocalClosurePool>{LocalClosurePool<SmallClosure>(pools.small.depot),
                                   LocalClosurePool<LargeClosure>(pools.large.depot)} {}
};

}  // namespace gauntlet::impls::work_stealing
