// SPDX-License-Identifier: Apache-2.0
// Timers and tickers with faults to choose from: what is wrong, is so on the faulty runtime alone.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/channel.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"

namespace gauntlet {

template <>
inline void ArmedTimer<known_bad::Runtime>::come(std::int64_t at, Instant now) {
  static known_bad::Now now_and_then{1000};
  lock_.lock();
  // relaxed: changes under lock_.
  const bool is_mine = when.load(std::memory_order_relaxed) == at ||
                       known_bad::mutated("comes_although_it_was_stopped");
  const bool is_lost = known_bad::mutated("loses_a_timer_of_many") && now_and_then.is_the_time();
  if (is_mine && !is_lost) set_when(fire(at, now));
  lock_.unlock();
  if (is_mine && !is_lost) fired();
  release();
}

template <>
inline bool ArmedTimer<known_bad::Runtime>::change(std::int64_t at) {
  lock_.lock();
  const bool was_armed = when.load(std::memory_order_relaxed) != Clock::kNever;  // relaxed: as above.
  // Go's own timers left it there until Go 1.23.
  const bool was_sent = !known_bad::mutated("stop_leaves_the_stale_value") && take_back();
  set_when(at);
  lock_.unlock();
  if (was_armed) Service::instance().note_stale();
  return was_armed || was_sent || known_bad::mutated("stop_always_says_yes");
}

template <>
class SendingTimer<known_bad::Runtime> final : public ArmedTimer<known_bad::Runtime> {
 public:
  ReceiveOnly<TimerChannel<known_bad::Runtime>> channel() { return channel_; }
  void set_period(Duration period) { period_ = period.count(); }

 private:
  std::int64_t fire(std::int64_t at, Instant now) override {
    Instant value = now;
    static_cast<void>(channel_.try_send(value));
    if (period_ == 0) {
      const bool again = known_bad::mutated("timer_comes_twice") && !std::exchange(came_, true);
      return again ? at + 1 : Clock::kNever;
    }
    if (known_bad::mutated("ticker_bursts")) return at + period_;
    if (known_bad::mutated("ticker_drifts")) return now.time_since_epoch().count() + period_;
    const std::int64_t late = now.time_since_epoch().count() - at;
    return at + (late / period_ + 1) * period_;
  }

  bool take_back() override {
    std::optional<Instant> stale;
    return channel_.try_recv(stale) == TryRecv::kReceived;
  }

  TimerChannel<known_bad::Runtime> channel_{known_bad::mutated("ticker_bursts") ? 16 : 1};
  std::int64_t period_ = 0;
  bool came_ = false;
};

template <>
inline bool PortableTimer<known_bad::Runtime>::reset(Duration delay) {
  if (known_bad::mutated("timer_comes_early")) delay -= delay / 4;
  return timer_->arm(Clock::after_ns(delay));
}

template <>
inline void PortableTicker<known_bad::Runtime>::stop() {
  if (!known_bad::mutated("ticker_never_stops")) timer_->stop();
}

template <class F>
class CallingTimer<known_bad::Runtime, F> final : public ArmedTimer<known_bad::Runtime> {
 public:
  explicit CallingTimer(F function) : function_(std::move(function)) {}

 private:
  std::int64_t fire(std::int64_t, Instant) override { return Clock::kNever; }
  void fired() override {
    if (known_bad::mutated("after_func_runs_on_the_timers_thread")) return function_();
    this->retain();
    Visit<known_bad::Runtime>::go(
        [self = TimerReference<CallingTimer>(this)] { return self->function_(); });
  }

  F function_;
};

}  // namespace gauntlet
