// SPDX-License-Identifier: Apache-2.0
// Go's time.Sleep in the stackless colour: to be awaited.
#pragma once

#include <coroutine>

#include "harness/colour/park_stackless.hpp"
#include "harness/portable/clock.hpp"
#include "harness/portable/timer_service.hpp"

namespace gauntlet {

template <class R>
class [[nodiscard("AWAIT it")]] Sleep {
  using Service = TimerService<R>;

 public:
  explicit Sleep(Duration duration) : duration_(duration) {}
  Sleep(const Sleep&) = delete;
  Sleep& operator=(const Sleep&) = delete;

  bool await_ready() { return Service::instance().start_sleep(self_, duration_); }
  void await_suspend(std::coroutine_handle<> sleeper) {
    park<R>(Service::instance(), self_, sleeper, {WaitFor::kSleep});
  }
  void await_resume() const noexcept {}

 private:
  Duration duration_;
  typename Service::Sleeper self_;
};

}  // namespace gauntlet
