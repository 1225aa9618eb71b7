// SPDX-License-Identifier: Apache-2.0
// The seam: the build picks one runtime and one colour per executable; workloads and contract tests see
// plain words only: go, yield, Channel<T>, select, recv, send, otherwise, WaitGroup, Mutex, RWMutex, Once, Cond,
// AWAIT, Task...
#pragma once

#include <string>

#include "harness/portable/select_cases.hpp"
#include "harness/portable/views.hpp"

// Set by gauntlet_add_runtime(): the adapter's header, the colour's header, and the adapter's type.
#include GAUNTLET_COLOUR_HEADER
#include GAUNTLET_RUNTIME_HEADER

namespace gauntlet {

using UnderTest = GAUNTLET_RUNTIME;

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
template <class T>
using SendChannel = SendOnly<Channel<T>>;
template <class T>
using ReceiveChannel = ReceiveOnly<Channel<T>>;
using WaitGroup = PortableWaitGroup<UnderTest>;
using Mutex = PortableMutex<UnderTest>;
using RWMutex = PortableRWMutex<UnderTest>;
using Once = PortableOnce<UnderTest>;
using Cond = PortableCond<UnderTest>;

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

/// Starts a goroutine; never waits for it. Throws GoroutineLimit when there can be no more.
template <class F>
void go(F&& job) {
  Colour<UnderTest>::go(std::forward<F>(job));
}

/// Lets another ready goroutine run. AWAIT it.
inline auto yield() { return Colour<UnderTest>::yield(); }

/// Runs `job` as the first goroutine; returns when every goroutine has ended.
template <class F>
void run(const RunConfig& config, F&& job) {
  Colour<UnderTest>::run(config, std::forward<F>(job));
}

}  // namespace gauntlet
