// SPDX-License-Identifier: Apache-2.0
// The tree along which a cancellation runs down: each node is canceled once, and everything below it.
//
// A node knows its children and does not keep them alive; a child keeps the nodes above it alive (its owner
// does, see ContextNode). So one that nobody holds any more just leaves. Each node's lock guards its list
// of children and their links to it. No two of these locks are ever held together.
//
// Invariants:
//   - a child is linked to a node that is not canceled, or about to be taken by the one who canceled it: once
//     `reason_` is set under the lock, attach() refuses, so the list only shrinks;
//   - whoever sets `reason_` of a node cancels what is below it, depth first, with the nodes themselves as
//     the stack. It needs no memory and no recursion, however deep or wide the tree is.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "harness/contract/atomics.hpp"
#include "harness/portable/spin_lock.hpp"

namespace gauntlet {

/// Why somebody canceled, in words; null for no particular reason.
using CancelCause = std::shared_ptr<const std::string>;

/// Atomics: see BasicSpinLock.
template <class Atomics = RealAtomics>
class CancelTreeNode {
 public:
  CancelTreeNode() = default;
  CancelTreeNode(const CancelTreeNode&) = delete;
  CancelTreeNode& operator=(const CancelTreeNode&) = delete;

  /// 0 until it is canceled.
  std::uint32_t reason() const {
    // acquire pairs with the release in mark(): what the canceler did before is seen.
    return reason_.load(std::memory_order_acquire);
  }
  /// Precondition: reason() is not 0.
  const CancelCause& cause() const { return cause_; }

  /// Links this new node below `above`, which stays alive until detach(). False: `above` is canceled, and
  /// the caller has to cancel this one.
  bool attach(CancelTreeNode& above) {
    above_ = &above;
    above.lock_.lock();
    // relaxed: set under lock_.
    const bool may = above.reason_.load(std::memory_order_relaxed) == 0;
    if (may) {
      next_ = above.first_child_;
      if (next_ != nullptr) next_->prev_ = this;
      above.first_child_ = this;
      is_linked_ = true;
    }
    above.lock_.unlock();
    return may;
  }

  /// Leaves the node above, if it is still linked there. False: it was not.
  bool detach() {
    if (above_ == nullptr) return false;
    above_->lock_.lock();
    const bool was_linked = is_linked_;
    if (was_linked) unlink();
    above_->lock_.unlock();
    return was_linked;
  }

  /// Cancels this node and everything below it; does nothing if it is canceled already. The caller keeps
  /// this node alive.
  void cancel(std::uint32_t reason, CancelCause cause = nullptr) {
    if (!mark(reason, std::move(cause))) return;
    detach();
    on_cancel();
    CancelTreeNode* stack = this;
    while (stack != nullptr) {
      CancelTreeNode* child = stack->take_child();
      if (child == nullptr) {
        CancelTreeNode* const done = stack;
        stack = done->below_in_stack_;
        if (done != this) done->release();
      } else if (child->mark(reason, cause_)) {
        child->on_cancel();
        child->below_in_stack_ = stack;
        stack = child;
      } else {
        child->release();  // Another one canceled it, and goes on below it.
      }
    }
  }

  /// Sets the reason without its consequences. False: it is canceled already.
  bool mark(std::uint32_t reason, CancelCause cause = nullptr) {
    lock_.lock();
    // relaxed: set under lock_.
    const bool is_first = reason_.load(std::memory_order_relaxed) == 0;
    if (is_first) {
      cause_ = std::move(cause);
      // release pairs with the acquire in reason().
      reason_.store(reason, std::memory_order_release);
    }
    lock_.unlock();
    return is_first;
  }

  /// The first child, no longer linked and kept alive for the caller; null if there is none.
  CancelTreeNode* take_child() {
    lock_.lock();
    CancelTreeNode* child = first_child_;
    while (child != nullptr) {
      child->unlink();
      if (child->try_retain()) break;
      child = first_child_;  // It is about to die, and finds itself unlinked.
    }
    lock_.unlock();
    return child;
  }

 protected:
  ~CancelTreeNode() = default;

  CancelTreeNode* above() const { return above_; }

  /// Called once, by whoever canceled it.
  virtual void on_cancel() = 0;

  /// Under a lock: keeps the node alive unless its last reference is gone.
  virtual bool try_retain() = 0;
  virtual void release() = 0;

 private:
  /// Locked: the lock of above_.
  void unlink() {
    if (next_ != nullptr) next_->prev_ = prev_;
    if (prev_ != nullptr)
      prev_->next_ = next_;
    else
      above_->first_child_ = next_;
    next_ = prev_ = nullptr;
    is_linked_ = false;
  }

  BasicSpinLock<Atomics> lock_;  // Guards what is set of reason_, first_child_, and the children's links.
  typename Atomics::template Atomic<std::uint32_t> reason_{0};
  CancelCause cause_;  // Set before reason_.
  CancelTreeNode* first_child_ = nullptr;
  CancelTreeNode* below_in_stack_ = nullptr;  // Of the one who canceled this node.

  CancelTreeNode* above_ = nullptr;
  CancelTreeNode* next_ = nullptr;  // These three: guarded by the lock of above_.
  CancelTreeNode* prev_ = nullptr;
  bool is_linked_ = false;
};

}  // namespace gauntlet
