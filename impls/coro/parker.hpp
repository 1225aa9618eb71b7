// SPDX-License-Identifier: Apache-2.0
// Where one worker thread sleeps: a token that wake() leaves and wait() takes, on a futex.
#pragma once

#include <atomic>

namespace gauntlet::impls::coro {

class Parker {
 public:
  /// Returns when there is a token, and takes it.
  void wait() {
    // acquire pairs with the release in wake(): the sleeper sees why it was woken.
    while (token_.exchange(0, std::memory_order_acquire) == 0)
      token_.wait(0, std::memory_order_relaxed);  // relaxed: the exchange orders.
  }

  /// Any thread. Touches the parker after the sleeper may have gone on: parkers are never destroyed
  /// while another thread can hold one.
  void wake() {
    // release pairs with the acquire in wait().
    token_.store(1, std::memory_order_release);
    token_.notify_one();
  }

 private:
  std::atomic<int> token_{0};
};

}  // namespace gauntlet::impls::coro
