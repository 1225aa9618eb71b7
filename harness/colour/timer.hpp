// SPDX-License-Identifier: Apache-2.0
// Go's Timer, Ticker, After and AfterFunc, for both colours: what waits in them is a channel.
//
// The channel holds one instant. Who does not receive it in time misses later ones: a ticker drops ticks, it
// never sends two in a row (T3). stop() and reset() take back what was not received (T4).
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "harness/contract/panic.hpp"
#include "harness/contract/try_answers.hpp"
#include "harness/portable/armed_timer.hpp"
#include "harness/portable/clock.hpp"
#include "harness/portable/views.hpp"

namespace gauntlet {

template <class R, class T>
class PortableChannel;
template <class R>
struct Colour;

/// Portable in every lane: a native channel need not have one that never blocks its sender.
template <class R>
using TimerChannel = PortableChannel<R, Instant>;

/// Sends the time when it comes, once or every `period`.
template <class R>
class SendingTimer final : public ArmedTimer<R> {
 public:
  ReceiveOnly<TimerChannel<R>> channel() { return channel_; }

  /// Precondition: stopped. 0: once.
  void set_period(Duration period) { period_ = period.count(); }

 private:
  std::int64_t fire(std::int64_t at, Instant now) override {
    Instant value = now;
    static_cast<void>(channel_.try_send(value));  // Full: this tick is dropped.
    if (period_ == 0) return Clock::kNever;
    const std::int64_t late = now.time_since_epoch().count() - at;
    const std::int64_t step = late / period_ + 1;  // Ticks that were missed are not made up for.
    return step < (Clock::kNever - at) / period_ ? at + step * period_ : Clock::kNever;
  }

  bool take_back() override {
    std::optional<Instant> stale;
    return channel_.try_recv(stale) == TryRecv::kReceived;
  }

  TimerChannel<R> channel_{1};
  std::int64_t period_ = 0;
};

/// Sends the time once, `delay` from now. Stopped when it dies: nobody could receive any more.
template <class R>
class PortableTimer {
 public:
  explicit PortableTimer(Duration delay) : timer_(new SendingTimer<R>) { reset(delay); }
  PortableTimer(PortableTimer&&) noexcept = default;
  PortableTimer& operator=(PortableTimer&&) = delete;
  ~PortableTimer() {
    if (timer_) timer_->stop();
  }

  ReceiveOnly<TimerChannel<R>> channel() const { return timer_->channel(); }

  /// The same, on its channel. AWAIT it.
  auto recv() const { return timer_->channel().recv(); }
  TryRecv try_recv(std::optional<Instant>& value) const {
    return timer_->channel().try_recv(value);
  }
  /// For a select: recv(timer, at).
  auto core_to_receive() const { return timer_->channel().core_to_receive(); }

  /// True: it was pending, and nothing will be received. False: it was stopped or received already.
  bool stop() { return timer_->stop(); }

  /// As stop(), and then arms it anew.
  bool reset(Duration delay) { return timer_->arm(Clock::after_ns(delay)); }

 private:
  TimerReference<SendingTimer<R>> timer_;
};

/// Sends the time every `period`.
template <class R>
class PortableTicker {
 public:
  explicit PortableTicker(Duration period) : timer_(new SendingTimer<R>) { reset(period); }
  PortableTicker(const PortableTicker&) = delete;
  PortableTicker& operator=(const PortableTicker&) = delete;
  ~PortableTicker() { timer_->stop(); }

  ReceiveOnly<TimerChannel<R>> channel() const { return timer_->channel(); }

  /// The same, on its channel. AWAIT it.
  auto recv() const { return timer_->channel().recv(); }
  TryRecv try_recv(std::optional<Instant>& value) const {
    return timer_->channel().try_recv(value);
  }
  /// For a select: recv(timer, at).
  auto core_to_receive() const { return timer_->channel().core_to_receive(); }

  /// No tick is received afterwards. The channel is not closed, as in Go.
  void stop() { timer_->stop(); }

  void reset(Duration period) {
    if (period.count() <= 0) panic("non-positive interval for a ticker");
    timer_->stop();
    timer_->set_period(period);
    timer_->arm(Clock::after_ns(period));
  }

 private:
  TimerReference<SendingTimer<R>> timer_;
};

/// Starts goroutines from a thread that may be no worker: on the way in the run is kept from ending.
template <class R>
struct Visit {
  /// False: the run is over, and nothing was started.
  template <class F>
  static bool go(F&& body) {
    static_assert(
        requires { R::enter_run(); R::leave_run(); },
        "after_func() starts goroutines from the timers' thread: the adapter needs enter_run() and "
        "leave_run(), see harness/contract/runtime.hpp");
    if (!R::enter_run()) return false;
    const Leave at_end;
    Colour<R>::go(std::forward<F>(body));
    return true;
  }

 private:
  struct Leave {
    ~Leave() { R::leave_run(); }
  };
};

/// Calls a function in a goroutine of its own when its time has come.
template <class R, class F>
class CallingTimer final : public ArmedTimer<R> {
 public:
  explicit CallingTimer(F function) : function_(std::move(function)) {}

 private:
  std::int64_t fire(std::int64_t, Instant) override { return Clock::kNever; }
  void fired() override {
    this->retain();
    Visit<R>::go([self = TimerReference<CallingTimer>(this)] { return self->function_(); });
  }

  F function_;
};

/// What after_func() returns. It may die: the function is called nevertheless.
template <class R>
class PortableFuncTimer {
 public:
  explicit PortableFuncTimer(TimerReference<ArmedTimer<R>> timer) : timer_(std::move(timer)) {}

  /// True: the function will not be called. False: it was, or it was stopped.
  bool stop() { return timer_->stop(); }

  /// Calls it `delay` from now, also when it was called before. True: it was pending.
  bool reset(Duration delay) { return timer_->arm(Clock::after_ns(delay)); }

 private:
  TimerReference<ArmedTimer<R>> timer_;
};

/// `function` may be a plain callable or one that returns a Task.
template <class R, class F>
PortableFuncTimer<R> portable_after_func(Duration delay, F&& function) {
  using Timer = CallingTimer<R, std::decay_t<F>>;
  TimerReference<ArmedTimer<R>> timer(new Timer(std::forward<F>(function)));
  timer->arm(Clock::after_ns(delay));
  return PortableFuncTimer<R>(std::move(timer));
}

}  // namespace gauntlet
