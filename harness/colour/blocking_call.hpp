// SPDX-License-Identifier: Apache-2.0
// blocking(call) in the blocking colour.
#pragma once

#include <type_traits>
#include <utility>

#include "harness/contract/runtime.hpp"
#include "harness/portable/blocking_result.hpp"
#include "harness/portable/blocking_threads.hpp"
#include "harness/portable/census.hpp"
#include "harness/portable/reports.hpp"

namespace gauntlet {

/// Makes `call`, which may block its thread, without keeping other goroutines waiting; returns its result, or
/// throws its exception.
template <class R, class F>
std::invoke_result_t<F&> call_blocking(F call) {
  using Result = BlockingResult<std::invoke_result_t<F&>>;
  if constexpr (R::info.stack == Stack::kThread) {
    return call();  // The goroutine has a thread of its own.
  } else {
    struct Call final : BlockingCall {
      explicit Call(F& given) : call(given) {}
      void make() override {
        result.fill(call);
        R::resume(handle);
      }
      F& call;
      Result result;
      typename R::Handle handle{};
    };
    Call self(call);
    if constexpr (kReports)
      if (GoroutineRecord* record = Census::current())
        record->will_wait_for({.what = WaitFor::kBlockingCall});
    R::suspend([&self](typename R::Handle handle) {
      self.handle = handle;
      BlockingThreads::submit(self);
      return true;
    });
    return self.result.take();
  }
}

}  // namespace gauntlet
