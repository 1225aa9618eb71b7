// SPDX-License-Identifier: Apache-2.0
// blocking(call) in the stackless colour: to be awaited.
#pragma once

#include <coroutine>
#include <type_traits>
#include <utility>

#include "harness/colour/park_stackless.hpp"
#include "harness/portable/blocking_result.hpp"
#include "harness/portable/blocking_threads.hpp"

namespace gauntlet {

template <class R, class F>
class [[nodiscard("AWAIT it")]] CallBlocking final : public BlockingCall {
  using T = std::invoke_result_t<F&>;

 public:
  explicit CallBlocking(F call) : call_(std::move(call)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> goroutine) {
    park_through<R>(goroutine, {WaitFor::kBlockingCall}, [this](typename R::Handle handle) {
      handle_ = handle;
      BlockingThreads::submit(*this);
    });
  }
  T await_resume() { return result_.take(); }

 private:
  void make() override {
    result_.fill(call_);
    R::resume(handle_);
  }

  F call_;
  BlockingResult<T> result_;
  typename R::Handle handle_{};
};

/// Makes `call`, which may block its thread, without keeping other goroutines waiting. AWAIT it: it gives the
/// call's result, or throws its exception.
template <class R, class F>
CallBlocking<R, F> call_blocking(F call) {
  return CallBlocking<R, F>(std::move(call));
}

}  // namespace gauntlet
