// SPDX-License-Identifier: Apache-2.0
// Colour: blocking. AWAIT is nothing, a goroutine is any callable, a parked one keeps its stack.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <source_location>
#include <utility>

#include "harness/colour/blocking_call.hpp"
#include "harness/colour/blocking_sync.hpp"
#include "harness/colour/context.hpp"
#include "harness/colour/descriptor.hpp"
#include "harness/colour/park.hpp"
#include "harness/colour/recorded_blocking.hpp"
#include "harness/colour/timer.hpp"
#include "harness/contract/panic.hpp"
#include "harness/contract/runtime.hpp"
#include "harness/portable/census.hpp"
#include "harness/portable/channel_core.hpp"
#include "harness/portable/for_ever.hpp"
#include "harness/portable/lock_holder.hpp"
#include "harness/portable/mutex_core.hpp"
#include "harness/portable/reports.hpp"
#include "harness/portable/select_cases.hpp"
#include "harness/portable/wait_group_core.hpp"

#define AWAIT

namespace gauntlet {

/// What a goroutine body returns in this colour.
using Task = void;

/// Parks the caller for good: nobody has its handle.
template <class R>
[[noreturn]] void park_for_ever(WaitFor what = WaitFor::kUnknown) {
  for (;;) {
    tell_census({what});
    R::suspend([](typename R::Handle) {
      ForEver::stay_parked();
      return true;
    });
  }
}

/// Waits for one of the cases, or leaves with the default; says which (portable/select_core.hpp).
template <class Set>
int select_among(Set set) {
  using R = typename Set::Runtime;
  Selection<Set> selection(std::move(set));
  if (!selection.start()) {
    tell_census({WaitFor::kSelect, nullptr, selection.cases()});
    R::suspend([&selection](typename R::Handle handle) {
      selection.stay_parked(handle);
      return true;
    });
    selection.finish();
  }
  return selection.outcome();
}

/// Go's channel on runtime R. Any number of goroutines may call any member at once (C10).
template <class R, class T>
class PortableChannel {
  using Core = ChannelCore<R, T>;

 public:
  using value_type = T;

  explicit PortableChannel(std::int64_t capacity = 0) : core_(capacity) {}

  /// Waits until the value is taken or buffered. Panics when the channel is or gets closed.
  GAUNTLET_NO_FRAME void send(T value) {
    if (core_.send_at_once(value)) return;
    typename Core::Sender self;
    core_.wait_to_send(value, self);
    park<R>(core_, self, {WaitFor::kSend, &core_, core_.cap()});
    if (!self.ok) panic("send on closed channel");
  }

  /// Waits for a value; empty when the channel is closed and drained.
  GAUNTLET_NO_FRAME std::optional<T> recv() {
    std::optional<T> value;
    const TryRecv at_once = core_.recv_at_once(value);
    if (at_once == TryRecv::kReceived) return std::optional<T>(std::move(*value));
    if (at_once == TryRecv::kClosed) return std::nullopt;
    typename Core::Receiver self;
    core_.wait_to_recv(self);
    park<R>(core_, self, {WaitFor::kRecv, &core_, core_.cap()});
    return self.taken();
  }

  /// Never waits. Moves from `value` only when it says kSent.
  TrySend try_send(T& value) { return core_.try_send(value); }
  TrySend try_send(T&& value) { return core_.try_send(value); }
  TryRecv try_recv(std::optional<T>& value) { return core_.try_recv(value); }

  void close() { core_.close(); }
  std::size_t len() const { return core_.len(); }
  std::size_t cap() const { return core_.cap(); }

  // --- For views and selects.

  [[noreturn]] static void send_to_nil(T&&) { park_for_ever<R>(WaitFor::kSend); }
  static std::optional<T> recv_from_nil() { park_for_ever<R>(WaitFor::kRecv); }
  Core* core_to_send() { return &core_; }
  Core* core_to_receive() { return &core_; }

 private:
  Core core_;
};

template <class R>
class PortableWaitGroup {
 public:
  explicit PortableWaitGroup(std::int64_t count = 0) : core_(count) {}
  void add(std::int64_t delta) { core_.add(delta); }
  void done() { core_.done(); }
  GAUNTLET_NO_FRAME void wait() {
    Waiter<R> self;
    if (!core_.start_wait(self)) park<R>(core_, self, {WaitFor::kWaitGroup, &core_});
  }

 private:
  WaitGroupCore<R> core_;
};

template <class R>
class PortableMutex {
 public:
  void lock() {
    if (!core_.try_lock()) wait_to_lock();
    holder_.is_me();
  }
  bool try_lock() {
    const bool taken = core_.try_lock();
    if (taken) holder_.is_me();
    return taken;
  }
  void unlock() {
    holder_.is_nobody();
    core_.unlock();
  }

 private:
  void wait_to_lock() {
    typename MutexCore<R>::Locker self;
    while (!core_.start_lock(self)) {
      park<R>(core_, self, {WaitFor::kMutex, &core_, 0, holder_.address()});
      if (self.ok) break;
    }
  }

  MutexCore<R> core_;
  [[no_unique_address]] MaybeLockHolder holder_;
};

/// C7: calls `each` for every value until the channel is closed and drained.
template <class C, class F>
void range(C& channel, F each) {
  while (auto value = channel.recv()) each(std::move(*value));
}

/// The verbs in plain words, for runtime R.
template <class R>
struct Colour {
  static_assert(Runtime<R>, "see harness/contract/runtime.hpp for the five verbs");

  template <class F>
  static void go(F&& job,
                 [[maybe_unused]] std::source_location site = std::source_location::current()) {
    if constexpr (requires { R::go(std::forward<F>(job), site); })
      R::go(std::forward<F>(job), site);
    else
      R::go(std::forward<F>(job));
  }
  GAUNTLET_NO_FRAME static void yield() { R::yield(); }

  /// Parks the caller for `duration` at least; 0 or less does nothing.
  GAUNTLET_NO_FRAME static void sleep(Duration duration) {
    auto& timers = TimerService<R>::instance();
    typename TimerService<R>::Sleeper self;
    if (!timers.start_sleep(self, duration)) park<R>(timers, self, {WaitFor::kSleep});
  }

  /// Runs `job` as the first goroutine; returns when every goroutine has ended.
  template <class F>
  static void run(const RunConfig& config, F&& job,
                  [[maybe_unused]] std::source_location site = std::source_location::current()) {
    const typename TimerService<R>::Run timers;
    if constexpr (requires { R::run(config, std::forward<F>(job), site); })
      R::run(config, std::forward<F>(job), site);
    else
      R::run(config, std::forward<F>(job));
  }
};

}  // namespace gauntlet
