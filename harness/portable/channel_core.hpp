// SPDX-License-Identifier: Apache-2.0
// Go's channel as a state machine: it never blocks, so both colours share it. The rules C1 to C13 are in
// harness/contract/channel.md.
//
// One lock; two queues of parked goroutines; direct hand-over. After the design of Go's runtime/chan.go.
// Invariants under the lock, of those who can still be paired with (select_gate.hpp: a select that went
// elsewhere is stale, and counts for nothing):
//   - senders and receivers wait at once only if they are cases of one and the same select;
//   - receivers wait only while the ring is empty, senders only while it is full;
//   - nobody waits in a closed channel.
// An operation is two-phase: *_at_once() either finishes it, or returns false WITH THE LOCK HELD. The colour then makes
// a waiter and queues it (wait_to_*()), parks the goroutine and calls stay_parked() from suspend(), which publishes the
// handle and unlocks. So a waker that finds a waiter always finds its handle, and no wake-up is lost. start_*() is
// both steps, for who has a waiter anyway.
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
#include "harness/contract/race_detector.hpp"
#include "harness/contract/try_answers.hpp"
#include "harness/portable/biased_atomic.hpp"
#include "harness/portable/channel_state.hpp"
#include "harness/portable/resume_chain.hpp"
#include "harness/portable/ring.hpp"

namespace gauntlet {

/// Atomics: see BasicSpinLock.
template <class R, class T, class Atomics = ObjectAtomics<R>>
class ChannelCore final : public ChannelState<R, Atomics> {
  static_assert(std::is_nothrow_move_constructible_v<T>, "values are moved under the lock");
  using State = ChannelState<R, Atomics>;
  using State::claim_all;
  using State::claim_first;
  using State::closed_;
  using State::lock_;
  using State::receivers_;
  using State::senders_;

 public:
  using value_type = T;
  using Parked = typename State::Parked;

  /// A parked sender: `source` stays in its frame until it is resumed.
  struct Sender : Parked {
    T* source = nullptr;
  };
  /// A parked receiver: the sender that comes fills `value`.
  struct Receiver : Parked {
    std::optional<T> value;

    /// Moved out by the member: to copy an optional as a whole may be one wide load of what were two stores, for which the
    /// processor has to wait (6 ns of the 18 that an item of `spsc` took).
    std::optional<T> taken() {
      if (!value) return std::nullopt;
      return std::optional<T>(std::move(*value));
    }
  };

  /// Panics when `capacity` is negative or its buffer could not be addressed.
  explicit ChannelCore(std::int64_t capacity) : State(ring_), ring_(checked(capacity)) {
    this->enlist();
  }
  ~ChannelCore() {
    this->delist();
    const race::Hidden hidden;
    if (!senders_.empty() || !receivers_.empty()) panic("channel destroyed while goroutines wait");
  }

  /// True: done. False: it has to wait, and the lock is held; go on with wait_to_send(). A waiter that is made only then
  /// costs nothing where nobody waits: its stores are what the lock would have to wait for.
  [[gnu::always_inline]] bool send_at_once(T& value) {
    const race::Hidden hidden;
    lock_.lock();
    if (closed_) [[unlikely]]
      refuse("send on closed channel");
    Parked* woken = nullptr;
    if (!put(value, woken)) return false;
    unlock_and_resume(woken);
    return true;
  }
  /// Queues `self`; the lock stays held. Suspend with stay_parked().
  void wait_to_send(T& value, Sender& self) {
    const race::Hidden hidden;
    self.source = &value;
    senders_.push(&self);
  }
  /// True: done. False: `self` is queued and the lock is held; suspend with stay_parked().
  bool start_send(T& value, Sender& self) {
    if (send_at_once(value)) return true;
    wait_to_send(value, self);
    return false;
  }

  /// kReceived, kClosed: done. kEmpty: it has to wait, and the lock is held, as send_at_once() leaves it.
  [[gnu::always_inline]] TryRecv recv_at_once(std::optional<T>& value) {
    const race::Hidden hidden;
    lock_.lock();
    Parked* woken = nullptr;
    if (take(value, woken)) {
      unlock_and_resume(woken);
      return TryRecv::kReceived;
    }
    if (!closed_) return TryRecv::kEmpty;
    race::acquire(&closed_);
    lock_.unlock();
    return TryRecv::kClosed;
  }
  /// As wait_to_send().
  void wait_to_recv(Receiver& self) {
    const race::Hidden hidden;
    receivers_.push(&self);
  }
  /// True: done, `self.value` is empty only if the channel is closed and drained. False: as start_send().
  bool start_recv(Receiver& self) {
    if (recv_at_once(self.value) != TryRecv::kEmpty) return true;
    wait_to_recv(self);
    return false;
  }

  /// The last step of a park: publishes the handle. From suspend(), on whatever stack that runs.
  void stay_parked(Waiter<R>& self, typename R::Handle handle) {
    const race::Hidden hidden;
    self.handle = handle;
    lock_.unlock();
  }
  /// The same in two halves: who has set `self.handle` leaves by the release of this byte.
  auto& lock_byte() { return lock_.byte(); }

  /// The value is moved from only when kSent.
  TrySend try_send(T& value) {
    const race::Hidden hidden;
    lock_.lock();
    if (closed_) {
      lock_.unlock();
      return TrySend::kClosed;
    }
    Parked* woken = nullptr;
    const bool sent = put(value, woken);
    unlock_and_resume(woken);
    return sent ? TrySend::kSent : TrySend::kFull;
  }

  TryRecv try_recv(std::optional<T>& value) {
    const race::Hidden hidden;
    lock_.lock();
    Parked* woken = nullptr;
    const bool received = take(value, woken);
    const bool closed = closed_;
    if (!received && closed) race::acquire(&closed_);
    unlock_and_resume(woken);
    if (received) return TryRecv::kReceived;
    return closed ? TryRecv::kClosed : TryRecv::kEmpty;
  }

  /// Wakes everyone: receivers with nothing, senders to panic. Buffered values stay. O(waiters).
  void close() {
    const race::Hidden hidden;
    lock_.lock();
    if (closed_) [[unlikely]]
      refuse("close of closed channel");
    closed_ = true;
    race::release(&closed_);
    Parked* receivers = claim_all(receivers_);
    if constexpr (race::kOnlyGoEdges) {
      for (Parked* each = receivers; each != nullptr; each = WaitQueue<Parked>::after(each))
        each->owner.acquires(&closed_);
    }
    Parked* senders = claim_all(senders_);
    lock_.unlock();
    resume_chain<R>(receivers);
    resume_chain<R>(senders);
  }

  /// Both locked, and for a select's case.
  Commit commit_send(Parked& sender, Parked*& woken) override {
    if (closed_) return Commit::kClosed;
    return put(*static_cast<Sender&>(sender).source, woken) ? Commit::kDone : Commit::kLost;
  }
  Commit commit_recv(Parked& receiver, Parked*& woken) override {
    if (take(static_cast<Receiver&>(receiver).value, woken)) return Commit::kDone;
    if (closed_) race::acquire(&closed_);
    return closed_ ? Commit::kClosed : Commit::kLost;
  }

  std::size_t len() const {
    const race::Hidden hidden;
    lock_.lock();
    const std::size_t size = ring_.size();
    lock_.unlock();
    return size;
  }
  std::size_t cap() const { return ring_.capacity(); }

 private:
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

  /// Locked. False: it would have to wait. `woken`, if set, has the value and is to be resumed.
  bool put(T& value, Parked*& woken) {
    woken = claim_first(receivers_);
    if (woken != nullptr) {
      static_cast<Receiver*>(woken)->value.emplace(std::move(value));
      woken->ok = true;
      declare_hand_over(*woken);
      return true;
    }
    if (ring_.full()) return false;
    race::pass_slot(ring_.next_in());
    ring_.push(std::move(value));
    return true;
  }

  /// Locked. False: there is nothing. C2: the oldest blocked sender's value enters at the tail of the ring;
  /// that sender is `woken`, and is to be resumed.
  bool take(std::optional<T>& value, Parked*& woken) {
    const bool direct = ring_.empty();
    const void* const slot = ring_.next_out();
    if (!direct) {
      race::pass_slot(slot);
      value.emplace(ring_.pop());
    }
    woken = claim_first(senders_);
    if (woken == nullptr) return !direct;
    T& sent = *static_cast<Sender*>(woken)->source;
    if (direct) {
      value.emplace(std::move(sent));
      declare_hand_over(*woken);
    } else {
      ring_.push(std::move(sent));
      woken->owner.passes_slot(slot);
    }
    woken->ok = true;
    return true;
  }

  /// Locked. To a race detector: a rendezvous (H2, H4); or, where there is a buffer, as if through it (H5).
  void declare_hand_over(Parked& other) {
    if constexpr (!race::kOnlyGoEdges) return;
    if (ring_.capacity() == 0) return other.owner.meets();
    race::pass_slot(ring_.next_in());
    other.owner.passes_slot(ring_.next_in());
    ring_.skip();
  }

  /// `woken` stays put until it is resumed; null is nobody.
  void unlock_and_resume(Parked* woken) {
    lock_.unlock();
    if (woken != nullptr) R::resume(woken->handle);
  }

  void describe(std::string& text) const override {
    const race::Hidden hidden;
    if (!this->lock_patiently(lock_)) {
      text += "channel whose lock is held: a goroutine never came back from it\n";
      return;
    }
    this->describe_waiting(text);
    lock_.unlock();
  }

  Ring<T> ring_;  // Guarded by lock_.
};

}  // namespace gauntlet
