// SPDX-License-Identifier: Apache-2.0
// Free nodes, last in first out per worker, exchanged by the batch through a depot that all workers
// share. After Bonwick and Adams, "Magazines and Vmem" (USENIX 2001).
//
// A worker holds at most two batches, hot and cold. With a full and an empty one in hand it can
// take or give kBatch nodes either way without the depot, so a worker at the edge does not thrash.
//
// A free node is linked through `Ready::next`; the first node of a batch in the depot also through
// the words that follow its Ready header, which a free node does not need (Node::depot_link()).
#pragma once

#include <cstddef>
#include <utility>

#include "harness/portable/spin_lock.hpp"
#include "impls/work_stealing/ready.hpp"

namespace gauntlet::impls::work_stealing {

/// A chain of free nodes; whoever holds the batch owns them.
template <class Node>
struct Batch {
  Node* first = nullptr;
  std::size_t count = 0;

  bool empty() const { return first == nullptr; }
  void push(Node& node) {
    node.next = first;
    first = &node;
    ++count;
  }
  /// Precondition: not empty.
  Node& pop() {
    Node& node = *first;
    first = static_cast<Node*>(node.next);
    --count;
    return node;
  }
};

/// How batches hang in the depot; in the first node of each.
template <class Node>
struct DepotLink {
  Node* next_batch = nullptr;
  std::size_t count = 0;
};

/// What all workers share.
template <class Node>
class Depot {
 public:
  void put(const Batch<Node>& batch) {
    if (batch.empty()) return;
    lock_.lock();
    batch.first->depot_link() = {batches_, batch.count};
    batches_ = batch.first;
    lock_.unlock();
  }

  /// Empty when there is none.
  Batch<Node> take() {
    lock_.lock();
    Batch<Node> batch;
    if (batches_ != nullptr) {
      const DepotLink<Node> link = batches_->depot_link();
      batch = {batches_, link.count};
      batches_ = link.next_batch;
    }
    lock_.unlock();
    return batch;
  }

 private:
  SpinLock lock_;  // Guards the list. Nothing else happens under it.
  Node* batches_ = nullptr;
};

/// What one worker holds; only its owner touches it.
template <class Node, std::size_t kBatch>
class Magazine {
 public:
  explicit Magazine(Depot<Node>& depot) : depot_(depot) {}
  Magazine(const Magazine&) = delete;
  Magazine& operator=(const Magazine&) = delete;
  ~Magazine() {
    depot_.put(hot_);
    depot_.put(cold_);
  }

  /// The node that was given back last; null when neither the worker nor the depot has one.
  Node* take() {
    if (hot_.empty() && !refill()) [[unlikely]]
      return nullptr;
    return &hot_.pop();
  }

  /// The node stays with this worker at least until kBatch others have come after it.
  void give(Node& node) {
    if (hot_.count >= kBatch) [[unlikely]]
      make_room();
    hot_.push(node);
  }

 private:
  [[gnu::noinline]] bool refill() {
    if (cold_.empty()) cold_ = depot_.take();
    std::swap(hot_, cold_);
    return !hot_.empty();
  }

  [[gnu::noinline]] void make_room() {
    depot_.put(std::exchange(cold_, hot_));
    hot_ = {};
  }

  Batch<Node> hot_;
  Batch<Node> cold_;
  Depot<Node>& depot_;
};

}  // namespace gauntlet::impls::work_stealing
