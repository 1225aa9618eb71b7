// SPDX-License-Identifier: Apache-2.0
// Go's select in the stackless colour: to be awaited.
#pragma once

#include <coroutine>
#include <utility>

#include "harness/colour/park_stackless.hpp"
#include "harness/portable/select_cases.hpp"

namespace gauntlet {

/// The frame of one select. The moment stay_parked() has unlocked the last channel, another thread may resume
/// the goroutine and this be gone.
template <class Set>
class [[nodiscard("AWAIT it")]] Select {
 public:
  explicit Select(Set&& set) : selection_(std::move(set)) {}
  Select(const Select&) = delete;
  Select& operator=(const Select&) = delete;

  bool await_ready() { return !(parks_ = !selection_.start()); }
  void await_suspend(std::coroutine_handle<> goroutine) {
    using R = typename Set::Runtime;
    park_through<R>(goroutine, {WaitFor::kSelect, nullptr, selection_.cases()},
                    [this](typename R::Handle handle) { selection_.stay_parked(handle); });
  }
  int await_resume() {
    if (parks_) selection_.finish();
    return selection_.outcome();
  }

 private:
  Selection<Set> selection_;
  bool parks_ = false;
};

/// Waits for one of the cases, or leaves with the default; says which (portable/select_core.hpp).
template <class Set>
Select<Set> select_among(Set set) {
  return Select<Set>(std::move(set));
}

}  // namespace gauntlet
