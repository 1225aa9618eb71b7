// SPDX-License-Identifier: Apache-2.0
// What waits in run queues: a goroutine that has run before, or a closure that has no stack yet.
#pragma once

#include <cstddef>

namespace gauntlet::impls::work_stealing {

struct Closure;
class Worker;

struct Ready {
  /// Moves the callable out of the closure, gives the node back to the worker's pool, runs the
  /// callable.
  using Start = void (*)(Closure& closure, Worker& worker);

  Ready* next =
      nullptr;  ///< In a list, of ready or of free nodes; belongs to whoever holds the list.
  Start start = nullptr;  ///< Null: this is a Goroutine, otherwise a Closure.

  bool is_closure() const { return start != nullptr; }
};

/// A chain of ready nodes, linked by `next`. `last->next` may hold anything.
struct ReadyChain {
  Ready* first = nullptr;
  Ready* last = nullptr;
  std::size_t count = 0;

  bool empty() const { return first == nullptr; }

  void append(Ready* node) {
    if (last == nullptr)
      first = node;
    else
      last->next = node;
    last = node;
    ++count;
  }

  void append(const ReadyChain& chain) {
    if (chain.empty()) return;
    append(chain.first);
    last = chain.last;
    count += chain.count - 1;
  }

  /// Precondition: not empty.
  Ready* take_first() {
    Ready* node = first;
    first = node == last ? nullptr : node->next;
    if (first == nullptr) last = nullptr;
    --count;
    return node;
  }
};

}  // namespace gauntlet::impls::work_stealing
