// SPDX-License-Identifier: Apache-2.0
// Free nodes, last in first out per worker, exchanged by the batch through a depot that all workers
// share. After Bonwick and Adams, "Magazines and Vmem" (USENIX 2001).
//
// A worker holds two batches, hot and cold. With a full and an empty one in hand it can take or give
// kBatch nodes either way without the depot, so a worker at the edge does not thrash.
//
// A batch is an array of pointers, not a list through the nodes: a free node that left the caches is not
// touched before it is used, and those that come next are known, so they are fetched ahead.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <utility>

#include "harness/contract/panic.hpp"
#include "harness/portable/spin_lock.hpp"

namespace gauntlet::impls::work_stealing {

/// Whoever holds the batch owns its nodes.
template <class Node, std::size_t kBatch>
struct Batch {
  Batch* next = nullptr;  // In the depot.
  std::size_t count = 0;
  std::array<Node*, kBatch> nodes;
};

/// What all workers share.
template <class Node, std::size_t kBatch>
class Depot {
 public:
  using Held = Batch<Node, kBatch>;

  Depot() = default;
  Depot(const Depot&) = delete;
  Depot& operator=(const Depot&) = delete;
  /// Precondition: nobody holds a batch.
  ~Depot() {
    while (filled_ != nullptr) delete pop(filled_);
    while (empty_ != nullptr) delete pop(empty_);
  }

  /// The batch is the depot's again.
  void put(Held* batch) {
    lock_.lock();
    push(batch->count > 0 ? filled_ : empty_, batch);
    lock_.unlock();
  }

  /// One that holds something; null when there is none.
  Held* take_filled() {
    lock_.lock();
    Held* batch = pop(filled_);
    lock_.unlock();
    return batch;
  }
  Held* take_empty() {
    lock_.lock();
    Held* batch = pop(empty_);
    lock_.unlock();
    if (batch == nullptr) batch = new (std::nothrow) Held;
    if (batch == nullptr) panic("no memory for a list of free stacks or closures");
    return batch;
  }

 private:
  static void push(Held*& list, Held* batch) {
    batch->next = list;
    list = batch;
  }
  static Held* pop(Held*& list) {
    Held* batch = list;
    if (batch != nullptr) list = batch->next;
    return batch;
  }

  SpinLock lock_;  // Guards the lists. Nothing else happens under it.
  Held* filled_ = nullptr;
  Held* empty_ = nullptr;
};

/// What one worker holds; only its owner touches it. Node::fetch(node) starts to load a node into the cache.
template <class Node, std::size_t kBatch>
class Magazine {
 public:
  explicit Magazine(Depot<Node, kBatch>& depot)
      : hot_(depot.take_empty()), cold_(depot.take_empty()), depot_(depot) {}
  Magazine(const Magazine&) = delete;
  Magazine& operator=(const Magazine&) = delete;
  ~Magazine() {
    depot_.put(hot_);
    depot_.put(cold_);
  }

  /// The node that was given back last; null when neither the worker nor the depot has one.
  Node* take() {
    if (hot_->count == 0 && !refill()) [[unlikely]]
      return nullptr;
    Node* node = hot_->nodes[--hot_->count];
    if (hot_->count >= kAhead) Node::fetch(hot_->nodes[hot_->count - kAhead]);
    return node;
  }

  /// The node stays with this worker at least until kBatch others have come after it.
  void give(Node& node) {
    if (hot_->count == kBatch) [[unlikely]]
      make_room();
    hot_->nodes[hot_->count++] = &node;
  }

 private:
  static constexpr std::size_t kAhead = 4;

  [[gnu::noinline]] bool refill() {
    if (cold_->count == 0) {
      if (auto* filled = depot_.take_filled()) depot_.put(std::exchange(cold_, filled));
    }
    std::swap(hot_, cold_);
    return hot_->count > 0;
  }

  [[gnu::noinline]] void make_room() {
    if (cold_->count > 0) depot_.put(std::exchange(cold_, depot_.take_empty()));
    std::swap(hot_, cold_);
  }

  Batch<Node, kBatch>* hot_;   // Never null, as cold_.
  Batch<Node, kBatch>* cold_;
  Depot<Node, kBatch>& depot_;
};

}  // namespace gauntlet::impls::work_stealing
