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

#include <algorithm>
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
  Batch* colder = nullptr;  // In the depot, as hotter.
  Batch* hotter = nullptr;
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
    while (Held* batch = filled_.pop_hottest()) delete batch;
    while (Held* batch = empty_.pop_hottest()) delete batch;
  }

  /// The batch is the depot's again.
  void put(Held* batch) {
    lock_.lock();
    (batch->count > 0 ? filled_ : empty_).push(batch);
    lock_.unlock();
  }

  /// One that holds something, the last that was put; null when there is none.
  Held* take_filled() {
    lock_.lock();
    Held* batch = filled_.pop_hottest();
    fewest_filled_ = std::min(fewest_filled_, filled_.size);
    lock_.unlock();
    return batch;
  }
  Held* take_empty() {
    lock_.lock();
    Held* batch = empty_.pop_hottest();
    lock_.unlock();
    if (batch == nullptr) batch = new (std::nothrow) Held;
    if (batch == nullptr) panic("no memory for a list of free stacks or closures");
    return batch;
  }

  /// The filled one that lay here longest, as long as more than `keep` are here; else null.
  Held* take_coldest(std::size_t keep) {
    lock_.lock();
    Held* batch = filled_.size > keep ? filled_.pop_coldest() : nullptr;
    fewest_filled_ = std::min(fewest_filled_, filled_.size);
    lock_.unlock();
    return batch;
  }

  /// How many filled ones were here at every moment since this was last asked: so many nobody needed.
  std::size_t fewest_filled() {
    lock_.lock();
    const std::size_t fewest = std::exchange(fewest_filled_, filled_.size);
    lock_.unlock();
    return fewest;
  }

 private:
  struct List {
    Held* hottest = nullptr;
    Held* coldest = nullptr;
    std::size_t size = 0;

    void push(Held* batch) {
      batch->colder = hottest;
      batch->hotter = nullptr;
      (hottest == nullptr ? coldest : hottest->hotter) = batch;
      hottest = batch;
      ++size;
    }
    Held* pop_hottest() {
      Held* batch = hottest;
      if (batch == nullptr) return nullptr;
      hottest = batch->colder;
      (hottest == nullptr ? coldest : hottest->hotter) = nullptr;
      --size;
      return batch;
    }
    Held* pop_coldest() {
      Held* batch = coldest;
      if (batch == nullptr) return nullptr;
      coldest = batch->hotter;
      (coldest == nullptr ? hottest : coldest->colder) = nullptr;
      --size;
      return batch;
    }
  };

  SpinLock lock_;  // Guards the lists and the figure. Nothing else happens under it.
  List filled_;
  List empty_;
  std::size_t fewest_filled_ = 0;
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
