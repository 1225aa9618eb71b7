// SPDX-License-Identifier: Apache-2.0
// The workers of one process and what they share. One run at a time, any number of runs.
//
// A pool and its workers live until the process ends: a foreign thread may still be on its way out
// of resume() when the run that it resumed for has returned.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "harness/contract/panic.hpp"
#include "harness/contract/runtime.hpp"
#include "harness/portable/run_gate.hpp"
#include "impls/coro/idle_workers.hpp"
#include "impls/coro/parker.hpp"
#include "impls/coro/run_queue.hpp"
#include "impls/coro/worker.hpp"

namespace gauntlet::impls::coro {

class Pool {
 public:
  using Handle = std::coroutine_handle<>;
  using PoolWorker = Worker<Pool>;

  /// The only one. Never destroyed.
  static Pool& instance() {
    static Pool& pool = *new Pool;
    return pool;
  }

  /// The calling thread is the first worker; the others are started here and joined before it
  /// returns.
  void run(const RunConfig& config, Handle root) {
    if (PoolWorker::current() != nullptr) panic("run() from within a goroutine");
    prepare(config);
    outside.push(root);
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < size_; ++i) others.emplace_back([this, i] { worker(i).work(); });
    worker(0).work();
  }

  /// On any thread.
  void go(Handle goroutine) {
    if (PoolWorker* self = PoolWorker::current()) {
      self->start(goroutine);
      return;
    }
    // relaxed: some goroutine waits for this thread and is counted itself, or the thread has entered the
    // run; its resume or its leave orders.
    foreign_live_.fetch_add(1, std::memory_order_relaxed);
    push_outside(goroutine);
  }

  void resume(Handle goroutine) {
    if (PoolWorker* self = PoolWorker::current())
      self->make_ready(goroutine);
    else
      push_outside(goroutine);
  }

  /// A thread that is no worker keeps the run from ending.
  bool enter_run() { return gate_.enter(); }
  void leave_run() {
    gate_.leave();
    idle.wake_one();  // Whoever found the gate held looks again.
  }

  // What a worker asks.

  std::size_t size() const { return size_; }
  PoolWorker& worker(std::size_t index) { return *workers_[index]; }

  /// Precondition: every worker is registered in `idle`, and the caller holds its lock.
  bool nothing_lives() {
    return living() == 0 && gate_.close_if([this] { return living() == 0; });
  }

  void end_run() {
    // relaxed: the tokens of wake_all() order it before the workers' question.
    is_over_.store(true, std::memory_order_relaxed);
    idle.wake_all();
  }
  bool is_over() const { return is_over_.load(std::memory_order_relaxed); }

  IdleWorkers<Parker> idle;
  RunQueue outside;  // Made ready by threads that are no workers.

 private:
  Pool() = default;

  /// Workers of earlier runs are used again; there may be more of them than this run uses.
  void prepare(const RunConfig& config) {
    size_ = config.workers > 0 ? config.workers : 1;
    while (workers_.size() < size_) workers_.push_back(std::make_unique<PoolWorker>(*this));
    for (std::size_t i = 0; i < size_; ++i)
      worker(i).prepare(size_ == 1, config.seed + i * 0x9E3779B97F4A7C15U);
    idle.set_workers(static_cast<unsigned>(size_));
    is_over_.store(false, std::memory_order_relaxed);   // relaxed: the threads are started later.
    foreign_live_.store(1, std::memory_order_relaxed);  // The root, likewise.
    gate_.open();
  }

  std::int64_t living() const {
    // relaxed: see go().
    std::int64_t live = foreign_live_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < size_; ++i) live += workers_[i]->live();
    return live;
  }

  void push_outside(Handle goroutine) {
    outside.push(goroutine);
    if (idle.wanted()) idle.wake_one();
  }

  std::vector<std::unique_ptr<PoolWorker>> workers_;
  std::size_t size_ = 0;
  RunGate<> gate_;
  std::atomic<std::int64_t> foreign_live_{0};  // Started by threads that are no workers.
  std::atomic<bool> is_over_{false};
};

}  // namespace gauntlet::impls::coro
