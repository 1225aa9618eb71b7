// SPDX-License-Identifier: Apache-2.0
// What a channel is whatever its elements are: a lock, two queues, open or closed. A select sees channels as
// this, so that one algorithm serves any mix of element types; only the move of a value is a virtual call.
#pragma once

#include <cstdint>
#include <string>

#include "harness/contract/atomics.hpp"
#include "harness/portable/ring.hpp"
#include "harness/portable/select_gate.hpp"
#include "harness/portable/spin_lock.hpp"
#include "harness/portable/wait_place.hpp"
#include "harness/portable/waiter.hpp"

namespace gauntlet {

/// What became of a case that looked ready.
enum class Commit : std::uint8_t {
  kDone,
  kLost,    ///< Its partner was a select that went elsewhere at the last moment.
  kClosed,  ///< A receive gets nothing, a send panics.
};

template <class R, class Atomics>
class ChannelState : public WaitPlace {
 public:
  using Runtime = R;
  using Parked = ChannelWaiter<R, Atomics>;

  // --- For a select, which locks all of its channels first.

  void lock() { lock_.lock(); }
  void unlock() { lock_.unlock(); }

  /// Locked. Would a send do anything but wait? (A panic is something.)
  bool can_send() { return closed_ || !room_.full() || meets(receivers_); }
  /// Locked.
  bool can_recv() { return closed_ || !room_.empty() || meets(senders_); }

  /// Locked. Whom it pairs with is left in `woken`, to be resumed without a lock.
  virtual Commit commit_send(Parked& sender, Parked*& woken) = 0;
  virtual Commit commit_recv(Parked& receiver, Parked*& woken) = 0;

  /// Locked.
  void enqueue(Parked& waiter, bool sends) {
    waiter.queued = true;
    (sends ? senders_ : receivers_).push(&waiter);
  }
  /// Locked. O(1) (C13).
  void withdraw(Parked& waiter, bool sends) {
    if (waiter.queued) (sends ? senders_ : receivers_).remove(&waiter);
    waiter.queued = false;
  }

 protected:
  using Queue = WaitQueue<Parked>;

  explicit ChannelState(const RingRoom& room) : room_(room) {}
  ~ChannelState() = default;

  /// Locked. The longest-waiting one that is still to be had, out of its queue; null if there is none.
  static Parked* claim_first(Queue& queue) {
    Parked* waiter = queue.pop();
    if (waiter == nullptr || waiter->gate == nullptr) return waiter;
    return claim_on(queue, waiter);
  }

  /// Locked. Everyone who is still to be had, as a chain through `next`; the queue is empty afterwards. The
  /// stale are not in it: their goroutines may be gone as soon as the lock is.
  static Parked* claim_all(Queue& queue) {
    Queue claimed;
    while (Parked* waiter = claim_first(queue)) claimed.push(waiter);
    return claimed.take_all();
  }

  void describe_waiting(std::string& text) const {
    const std::size_t senders = senders_.size();
    const std::size_t receivers = receivers_.size();
    if (senders + receivers == 0) return;
    text += "channel (len " + std::to_string(room_.size()) + ", cap " +
            std::to_string(room_.capacity()) + "): " + std::to_string(senders) +
            " wait to send, " + std::to_string(receivers) + " wait to receive\n";
  }

  mutable BasicSpinLock<Atomics, InTurns> lock_;  // Guards all below. Nobody is resumed under it.
  bool closed_ = false;
  Queue senders_;
  Queue receivers_;

 private:
  /// Is there one to pair with? Removes the stale on the way.
  static bool meets(Queue& queue) {
    for (;;) {
      Parked* waiter = queue.front();
      if (waiter == nullptr) return false;
      if (waiter->gate == nullptr || !waiter->gate->is_lost()) return true;
      queue.remove(waiter);
      waiter->queued = false;
    }
  }

  /// Precondition: `waiter` is a select's case that was just taken out of `queue`.
  [[gnu::noinline]] static Parked* claim_on(Queue& queue, Parked* waiter) {
    while (waiter != nullptr && waiter->gate != nullptr) {
      waiter->queued = false;
      if (waiter->gate->claim(*waiter)) return waiter;
      waiter = queue.pop();
    }
    return waiter;
  }

  const RingRoom& room_;
};

}  // namespace gauntlet
