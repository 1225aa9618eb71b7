// SPDX-License-Identifier: Apache-2.0
// The queue that all workers share: what foreign threads make ready, and what does not fit into a
// ring. First in first out, a list under a lock: workers come here rarely and take a batch.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "harness/portable/spin_lock.hpp"
#include "impls/work_stealing/ready.hpp"

namespace gauntlet::impls::work_stealing {

class InjectionQueue {
 public:
  /// Any thread. Tell the idle workers afterwards.
  void push(const ReadyChain& chain) {
    lock_.lock();
    chain_.append(chain);
    // seq_cst, and Dekker with idle.hpp: [push: store size_, load the idle word] against [sleeper:
    // change the idle word, load size_ in take()].
    size_.store(chain_.count, std::memory_order_seq_cst);
    lock_.unlock();
  }

  /// A hint, for those who look again before they sleep.
  bool seems_empty() const { return size_.load(std::memory_order_relaxed) == 0; }  // relaxed: a hint.

  /// Up to `most` nodes, and no more than a fair share of what is there for each of `takers`.
  ReadyChain take(std::size_t most, std::size_t takers) {
    ReadyChain taken;
    // seq_cst: Dekker, see push(). The lock orders the rest.
    if (size_.load(std::memory_order_seq_cst) == 0) return taken;
    lock_.lock();
    const std::size_t share = std::min(most, chain_.count / takers + 1);
    while (taken.count < share && !chain_.empty()) taken.append(chain_.take_first());
    // relaxed: it only falls here, and a sleeper that still sees the old value looks in vain.
    size_.store(chain_.count, std::memory_order_relaxed);
    lock_.unlock();
    return taken;
  }

 private:
  SpinLock lock_;  // Guards chain_. Nothing else happens under it.
  ReadyChain chain_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace gauntlet::impls::work_stealing
