// SPDX-License-Identifier: Apache-2.0
// Go's channel as a state machine: it never blocks, so both colours share it. The rules C1 to C13 are in
// harness/contract/channel.md.
//
// One lock; two queues of parked goroutines; direct hand-over. After the design of Go's runtime/chan.go.
// Invariants under the lock:
//   - at most one of senders_, receivers_ is not empty;
//   - receivers wait only while the ring is empty, senders only while it is full;
//   - nobody waits in a closed channel.
// An operation is two-phase: start_*() either finishes it, or queues `self` and returns false WITH THE LOCK
// HELD. The colour then parks the goroutine and calls stay_parked() from suspend(), which publishes the
// handle and unlocks. So a waker that finds a waiter always finds its handle, and no wake-up is lost.
//
// Rejected: unlocking before suspend() and a one-shot flag per waiter. It costs a second atomic
// read-modify-write on every park and every wake, and lets a waker meet a goroutine that is still running.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "harness/contract/panic.hpp"
#include "harness/portable/ring.hpp"
#include "harness/portable/spin_lock.hpp"
#include "harness/portable/wait_place.hpp"
#include "harness/portable/waiter.hpp"

namespace gauntlet {

/// What a try_send did.
enum class TrySend : std::uint8_t { kSent, kFull, kClosed };

/// What a try_recv found.
enum class TryRecv : std::uint8_t { kReceived, kEmpty, kClosed };

template <class R, class T>
class ChannelCore final : public WaitPlace {
  static_assert(std::is_nothrow_move_constructible_v<T>, "values are moved under the lock");

 public:
  /// A parked sender: `source` stays in its frame until it is resumed.
  struct Sender : Waiter<R> {
    T* source = nullptr;
  };
  /// A parked receiver: the sender that comes fills `value`.
  struct Receiver : Waiter<R> {
    std::optional<T> value;
  };

  /// Panics when `capacity` is negative or its buffer could not be addressed.
  explicit ChannelCore(std::int64_t capacity) : ring_(checked(capacity)) { enlist(); }
  ~ChannelCore() {
    delist();
    if (!senders_.empty() || !receivers_.empty()) panic("channel destroyed while goroutines wait");
  }

  /// True: done. False: `self` is queued and the lock is held; suspend with stay_parked().
  bool start_send(T& value, Sender& self) {
    lock_.lock();
    if (closed_) [[unlikely]]
      refuse("send on closed channel");
    if (send_now(value)) return true;
    self.source = &value;
    senders_.push(&self);
    return false;
  }

  /// True: done, `self.value` is empty only if the channel is closed and drained. False: as start_send().
  bool start_recv(Receiver& self) {
    lock_.lock();
    if (recv_now(self.value)) return true;
    if (closed_) {
      lock_.unlock();
      return true;
    }
    receivers_.push(&self);
    return false;
  }

  /// The last step of a park: publishes the handle. From suspend(), on whatever stack that runs.
  void stay_parked(Waiter<R>& self, typename R::Handle handle) {
    self.handle = handle;
    lock_.unlock();
  }

  /// The value is moved from only when kSent.
  TrySend try_send(T& value) {
    lock_.lock();
    if (closed_) {
      lock_.unlock();
      return TrySend::kClosed;
    }
    if (send_now(value)) return TrySend::kSent;
    lock_.unlock();
    return TrySend::kFull;
  }

  TryRecv try_recv(std::optional<T>& value) {
    lock_.lock();
    if (recv_now(value)) return TryRecv::kReceived;
    const bool closed = closed_;
    lock_.unlock();
    return closed ? TryRecv::kClosed : TryRecv::kEmpty;
  }

  /// Wakes everyone: receivers with nothing, senders to panic. Buffered values stay. O(waiters).
  void close() {
    lock_.lock();
    if (closed_) [[unlikely]]
      refuse("close of closed channel");
    closed_ = true;
    Receiver* receiver = receivers_.take_all();
    Sender* sender = senders_.take_all();
    lock_.unlock();
    resume_chain(receiver);
    resume_chain(sender);
  }

  std::size_t len() const {
    const Guard guard(lock_);
    return ring_.size();
  }
  std::size_t cap() const { return ring_.capacity(); }

 private:
  struct Guard {
    explicit Guard(SpinLock& held) : lock(held) { lock.lock(); }
    ~Guard() { lock.unlock(); }
    SpinLock& lock;
  };

  static std::size_t checked(std::int64_t capacity) {
    constexpr std::int64_t kMaxBytes = std::int64_t{1} << 46;  // What x86-64 can address, halved.
    if (capacity < 0) panic("channel capacity is negative");
    if (capacity > kMaxBytes / static_cast<std::int64_t>(sizeof(T)))
      panic("channel capacity is too large");
    return static_cast<std::size_t>(capacity);
  }

  [[noreturn]] void refuse(const char* what) {
    lock_.unlock();
    panic(what);
  }

  /// Locked on entry; unlocked on true, still locked on false.
  bool send_now(T& value) {
    if (Receiver* receiver = receivers_.pop()) {
      receiver->value.emplace(std::move(value));
      receiver->ok = true;
      lock_.unlock();  // The receiver stays put until it is resumed.
      R::resume(receiver->handle);
      return true;
    }
    if (ring_.full()) return false;
    ring_.push(std::move(value));
    lock_.unlock();
    return true;
  }

  /// Locked on entry; unlocked on true, still locked on false. C2: the oldest blocked sender's value
  /// enters at the tail of the ring.
  bool recv_now(std::optional<T>& value) {
    if (ring_.empty() && senders_.empty()) return false;
    if (!ring_.empty()) value.emplace(ring_.pop());
    Sender* sender = senders_.pop();
    if (sender != nullptr) {
      if (ring_.capacity() == 0)
        value.emplace(std::move(*sender->source));
      else
        ring_.push(std::move(*sender->source));
      sender->ok = true;
    }
    lock_.unlock();
    if (sender != nullptr) R::resume(sender->handle);
    return true;
  }

  /// Precondition: the chain was taken under the lock; each is resumed once and not touched after.
  template <class W>
  static void resume_chain(W* waiter) {
    while (waiter != nullptr) {
      W* next = WaitQueue<W>::after(waiter);
      R::resume(waiter->handle);
      waiter = next;
    }
  }

  void describe(std::string& text) const override {
    if (!lock_patiently(lock_)) {
      text += "channel whose lock is held: a goroutine never came back from it\n";
      return;
    }
    const std::size_t senders = senders_.size();
    const std::size_t receivers = receivers_.size();
    if (senders + receivers > 0) {
      text += "channel (len " + std::to_string(ring_.size()) + ", cap " +
              std::to_string(ring_.capacity()) + "): " + std::to_string(senders) +
              " wait to send, " + std::to_string(receivers) + " wait to receive\n";
    }
    lock_.unlock();
  }

  mutable SpinLock lock_;  // Guards all below. Nobody is resumed and nothing parks under it.
  bool closed_ = false;
  Ring<T> ring_;
  WaitQueue<Sender> senders_;
  WaitQueue<Receiver> receivers_;
};

}  // namespace gauntlet
