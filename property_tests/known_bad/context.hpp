// SPDX-License-Identifier: Apache-2.0
// Contexts with faults to choose from: members that are wrong on the faulty runtime alone.
#pragma once

#include <cstdint>
#include <utility>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/channel.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"
#include "property_tests/known_bad/timer.hpp"

namespace gauntlet {

template <>
inline void CancelableContext<known_bad::Runtime>::expire() {
  const bool is_wrong = known_bad::mutated("timeout_says_canceled");
  CancelTreeNode<>::cancel(static_cast<std::uint32_t>(
      is_wrong ? ContextError::kCanceled : ContextError::kDeadlineExceeded));
}

template <>
inline void CancelableContext<known_bad::Runtime>::begin(bool own_deadline) {
  CancelableContext* above = parent() == nullptr ? nullptr : parent()->nearest();
  if (above != nullptr && known_bad::mutated("cancel_reaches_one_level") &&
      above->parent() != nullptr)
    above = nullptr;
  if (above != nullptr && known_bad::mutated("cancel_misses_who_is_made_meanwhile")) {
    // The look and the link are two steps.
    if (above->reason() == 0) {
      known_bad::Runtime::yield();
      attach(*above);
      above = nullptr;
    }
  }
  if (above != nullptr && !attach(*above)) {
    if (!known_bad::mutated("child_of_a_canceled_parent_lives"))
      CancelTreeNode<>::cancel(above->reason(), above->cause());
    return;
  }
  if (known_bad::mutated("context_is_kept_for_ever")) retain();
  if (!own_deadline) return;
  if (deadline_ <= Clock::now_ns()) return expire();
  this->arm(deadline_);
  if (reason() != 0) this->stop();
}

template <>
inline void CancelableContext<known_bad::Runtime>::on_cancel() {
  done_.close();
  if (deadline_ != Clock::kNever && !known_bad::mutated("cancel_leaves_the_deadline_armed"))
    this->stop();
  CancelableContext* above = parent() == nullptr ? nullptr : parent()->nearest();
  if (above != nullptr && known_bad::mutated("cancel_goes_up"))
    above->CancelTreeNode<>::cancel(reason(), cause());
}

template <>
inline ContextError CancelableContext<known_bad::Runtime>::error() const {
  if (known_bad::mutated("err_changes_with_time") && reason() != 0 && deadline_ <= Clock::now_ns())
    return ContextError::kDeadlineExceeded;
  return static_cast<ContextError>(reason());
}

/// As if cancel() were a bare close(done).
template <>
inline void PortableCancelFunc<known_bad::Runtime>::cancel(CancelCause cause) const {
  const auto alive = context_;
  if (known_bad::mutated("second_cancel_panics") && alive->reason() != 0)
    panic("close of closed channel");
  static_cast<CancelTreeNode<>&>(*alive.get())
      .cancel(static_cast<std::uint32_t>(ContextError::kCanceled), std::move(cause));
}

template <>
inline bool ContextFunction<known_bad::Runtime>::stop() {
  if (!mark(kStopped)) return known_bad::mutated("context_func_stop_always_says_yes");
  if (detach()) release();
  return true;
}

template <class F>
class ContextFunctionOf<known_bad::Runtime, F> final : public ContextFunction<known_bad::Runtime> {
 public:
  explicit ContextFunctionOf(F function) : function_(std::move(function)) {}

 private:
  void on_cancel() override {
    if (known_bad::mutated("context_func_runs_in_the_canceler")) return function_();
    start();
    if (known_bad::mutated("context_func_is_called_twice")) start();
  }

  void start() {
    this->retain();
    Visit<known_bad::Runtime>::go(
        [self = TimerReference<ContextFunctionOf>(this)] { return self->function_(); });
  }

  F function_;
};

template <>
template <class T>
const T* PortableContext<known_bad::Runtime>::value(const ContextKey<T>& key) const {
  const T* found = nullptr;
  for (const Node* node = node_.get(); node != nullptr; node = node->parent()) {
    if (node->key != &key) continue;
    found = static_cast<const T*>(node->value);
    if (!known_bad::mutated("value_of_the_farthest_wins")) break;
  }
  return found;
}

template <>
inline CancelableOf<known_bad::Runtime> portable_with_deadline(
    const PortableContext<known_bad::Runtime>& parent, std::int64_t at) {
  const std::int64_t inherited = parent.deadline_ns();
  const bool own_deadline = known_bad::mutated("deadline_of_the_child_wins") ? at != Clock::kNever
                                                                             : at < inherited;
  const TimerReference<CancelableContext<known_bad::Runtime>> node(
      new CancelableContext<known_bad::Runtime>(parent.node(), own_deadline ? at : inherited));
  node->begin(own_deadline);
  node->retain();
  return {PortableContext<known_bad::Runtime>(
              ContextNode<known_bad::Runtime>::Reference(node.get())),
          PortableCancelFunc<known_bad::Runtime>(node)};
}

}  // namespace gauntlet
