// SPDX-License-Identifier: Apache-2.0
// The seam: the build picks one runtime and one colour per executable; workloads and contract tests see
// plain words only: go, yield, Channel<T>, select, recv, send, otherwise, WaitGroup, Mutex, RWMutex, Once, Cond,
// AWAIT, Task...
#pragma once

#include <concepts>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/portable/goroutine_dump.hpp"
#include "harness/portable/leaked.hpp"
#include "harness/portable/quit_dump.hpp"
#include "harness/portable/reports.hpp"
#include "harness/portable/select_cases.hpp"
#include "harness/portable/shared.hpp"
#include "harness/portable/stall.hpp"
#include "harness/portable/views.hpp"
#if defined(GAUNTLET_GO_EDGES)
#include "harness/tracked_runtime.hpp"
#endif

// Set by gauntlet_add_runtime(): the adapter's header, the colour's header, and the adapter's type.
#include GAUNTLET_COLOUR_HEADER
#include GAUNTLET_RUNTIME_HEADER

namespace gauntlet {

/// With goroutine reports, the same runtime with every verb on record (see harness/portable/reports.hpp).
template <class R>
using OnRecord = std::conditional_t<kReports && !requires { R::is_recorded; }, Recorded<R>, R>;
#if defined(GAUNTLET_GO_EDGES)
using UnderTest = Tracked<GAUNTLET_RUNTIME>;
#else
using UnderTest = OnRecord<GAUNTLET_RUNTIME>;
#endif

/// The channel a runtime is measured with: its own where it has one, else the portable one.
template <class R, class T>
struct ChannelOf {
  using type = PortableChannel<R, T>;
  static constexpr bool is_native = false;
};
template <class R, class T>
  requires requires { typename R::template Channel<T>; }
struct ChannelOf<R, T> {
  using type = typename R::template Channel<T>;
  static constexpr bool is_native = true;
};

template <class T>
using Channel = typename ChannelOf<UnderTest, T>::type;
/// The same by reference, as Go's are: copy it into every goroutine that uses it.
template <class T>
using SharedChannel = Shared<Channel<T>>;
template <class T>
using SendChannel = SendOnly<Channel<T>>;
template <class T>
using ReceiveChannel = ReceiveOnly<Channel<T>>;
using WaitGroup = PortableWaitGroup<UnderTest>;
using Mutex = PortableMutex<UnderTest>;
using RWMutex = PortableRWMutex<UnderTest>;
using Once = PortableOnce<UnderTest>;
using Cond = PortableCond<UnderTest>;
using Timer = PortableTimer<UnderTest>;
using Ticker = PortableTicker<UnderTest>;
using FuncTimer = PortableFuncTimer<UnderTest>;
using Context = PortableContext<UnderTest>;
using CancelFunc = PortableCancelFunc<UnderTest>;
using Descriptor = PortableDescriptor<UnderTest>;
using StopFunc = PortableStopFunc<UnderTest>;
using CancelablePair = CancelableOf<UnderTest>;

/// Go's select: waits until one of the cases can go on, does it, says which it was.
///   switch (AWAIT select(recv(a, x), send(b, y))) {
///     case 0: ...  // x is what came from a; empty: a is closed.
///     case 1: ...  // b has taken y.
///   }
/// With `otherwise` as its last case it never waits: that is Go's default. AWAIT it.
template <SelectCase... Case>
auto select(Case... cases) {
  return select_among(Cases<Case...>(std::move(cases)...));
}
/// The same where the order of evaluation matters: select(Cases{Recv{a(), x}, Send{b(), y()}}).
template <class... Case>
auto select(Cases<Case...> cases) {
  return select_among(std::move(cases));
}

/// Cases made while running, for select(list) and select(list, otherwise).
using CaseList = CaseListOf<typename decltype(Recv{std::declval<ReceiveChannel<int>&>()})::Runtime>;
inline auto select(CaseList& list) { return select_among(CaseListUse(list, false)); }
inline auto select(CaseList& list, Otherwise) { return select_among(CaseListUse(list, true)); }

/// Go's `select {}`: waits for ever.
inline auto select() { return select(recv(ReceiveChannel<int>())); }

/// Why this runtime would measure nothing of its own in such a run; empty if it would.
template <class R>
std::string why_declined(const RunConfig& config) {
  if constexpr (requires { R::declines(config); }) return R::declines(config);
  return {};
}

/// Why this lane cannot do what a workload needs, by the numbers of the contract's rules; empty if it can.
template <class Needs>
std::string why_unable(const Needs& needs) {
  using Core = std::remove_pointer_t<decltype(std::declval<Channel<int>&>().core_to_receive())>;
  if constexpr (std::derived_from<Core, NoSelect>)
    for (const std::string_view rule : needs)
      if (rule.front() == 'S') return NoSelect::kRefusal;
  return {};
}

/// What a runtime says that it breaks of the rules that a workload needs: with these it would have no figure.
template <class R, class Needs>
std::vector<std::string> told_defects([[maybe_unused]] const Needs& needs) {
  std::vector<std::string> defects;
  if constexpr (requires { R::broken_rules; })
    for (const std::string_view entry : R::broken_rules) {  // "Channel.C12_words_of_a_test: reason"
      const std::string numbered = "_" + std::string(entry.substr(entry.find('.') + 1));
      for (const std::string& rule : needs)
        if (numbered.find("_" + rule + "_") != std::string::npos) defects.emplace_back(entry);
    }
  return defects;
}

/// Starts a goroutine; never waits for it. Throws GoroutineLimit when there can be no more.
template <class F>
void go(F&& job, std::source_location site = std::source_location::current()) {
  Colour<UnderTest>::go(std::forward<F>(job), site);
}

/// Lets another ready goroutine run. AWAIT it.
inline auto yield() { return Colour<UnderTest>::yield(); }

/// Makes a call that may block its thread (a read, a lookup) without keeping other goroutines waiting. AWAIT it:
/// it gives the call's result. Without it a blocking call keeps its worker, on most lanes (rule R7).
template <class F>
auto blocking(F call) {
  return call_blocking<UnderTest>(std::move(call));
}

/// Parks the caller for `duration` at least. AWAIT it.
inline auto sleep(Duration duration) { return Colour<UnderTest>::sleep(duration); }

/// Sends the time once, `delay` from now: `AWAIT after(d).recv()`.
inline Timer after(Duration delay) { return Timer(delay); }

/// Calls `function` in a goroutine of its own, `delay` from now.
template <class F>
FuncTimer after_func(Duration delay, F&& function) {
  return portable_after_func<UnderTest>(delay, std::forward<F>(function));
}

/// The root of all contexts: never canceled, no deadline, no values.
inline Context background() { return {}; }

/// A context that ends when `cancel` is called, or with its parent.
inline CancelablePair with_cancel(const Context& parent) {
  return portable_with_deadline(parent, Clock::kNever);
}

/// As with_cancel(), and at `deadline` at the latest.
inline CancelablePair with_deadline(const Context& parent, Instant deadline) {
  return portable_with_deadline(parent, deadline.time_since_epoch().count());
}
inline CancelablePair with_timeout(const Context& parent, Duration timeout) {
  return portable_with_deadline(parent, Clock::after_ns(timeout));
}

/// A context that knows one value more. Canceled with its parent.
template <class T, class V>
Context with_value(const Context& parent, const ContextKey<T>& key, V&& value) {
  return portable_with_value(parent, key, std::forward<V>(value));
}

/// A context that knows the values of its parent and outlives its end.
inline Context without_cancel(const Context& parent) { return portable_without_cancel(parent); }

/// Calls `function` in a goroutine of its own when `context` is canceled.
template <class F>
StopFunc after_func(const Context& context, F&& function) {
  return portable_after_func(context, std::forward<F>(function));
}

/// How many goroutines sleep and timers are armed: any of them may wake somebody.
inline std::int64_t timers_armed() { return TimerService<UnderTest>::instance().armed(); }

/// Runs `job` as the first goroutine; returns when every goroutine has ended.
template <class F>
void run(const RunConfig& config, F&& job,
         std::source_location site = std::source_location::current()) {
  Colour<UnderTest>::run(config, std::forward<F>(job), site);
}

}  // namespace gauntlet
