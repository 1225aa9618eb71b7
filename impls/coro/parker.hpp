// SPDX-License-Identifier: Apache-2.0
// Where one worker thread sleeps: a token that wake() leaves and wait() takes, on a futex.
//
// Rejected: std::atomic's wait() and notify_one(). With libstdc++ 12 workers were found asleep beside their token. Presumably its load
// that asks whether anybody waits goes before the store of the token.
#pragma once

#include <atomic>
#include <cstdint>

#include "harness/contract/atomics.hpp"

namespace gauntlet::impls::coro {

template <class Atomics>
class BasicParker {
 public:
  /// Returns when there is a token, and takes it.
  void wait() {
    // acquire pairs with the release in wake(): the sleeper sees why it was woken.
    while (token_.exchange(0, std::memory_order_acquire) == 0) Atomics::sleep_while(token_, 0);
  }

  /// Any thread. Touches the parker after the sleeper may have gone on: parkers are never destroyed
  /// while another thread can hold one.
  void wake() {
    // release pairs with the acquire in wait().
    token_.store(1, std::memory_order_release);
    Atomics::wake(token_, 1);
  }

 private:
  typename Atomics::template Atomic<std::uint32_t> token_{0};
};

using Parker = BasicParker<RealAtomics>;

}  // namespace gauntlet::impls::coro
