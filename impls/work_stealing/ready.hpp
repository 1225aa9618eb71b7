// SPDX-License-Identifier: Apache-2.0
// What waits in run queues: a goroutine that has run before, or a closure that has no stack yet.
#pragma once

namespace gauntlet::impls::work_stealing {

struct Closure;
class Worker;

struct Ready {
  /// Moves the callable out of the closure, gives the node back to the worker's pool, runs the
  /// callable.
  using Start = void (*)(Closure& closure, Worker& worker);

  Start start = nullptr;  ///< Null: this is a Goroutine, otherwise a Closure.

  bool is_closure() const { return start != nullptr; }
};

}  // namespace gauntlet::impls::work_stealing
