// SPDX-License-Identifier: Apache-2.0
// A timer that can be stopped and armed anew: what Timer, Ticker, AfterFunc and a context's deadline share.
//
// It is counted by reference: whoever can stop it holds one, and so does every entry in the queue. The
// lock orders stop() and arm() with its time: after they return, nothing comes of an earlier time (T4).
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "harness/portable/clock.hpp"
#include "harness/portable/spin_lock.hpp"
#include "harness/portable/timer_service.hpp"

namespace gauntlet {

template <class R>
class ArmedTimer : public TimerEvent {
 public:
  ArmedTimer(const ArmedTimer&) = delete;
  ArmedTimer& operator=(const ArmedTimer&) = delete;

  void retain() {
    // relaxed: whoever copies a reference has one.
    references_.fetch_add(1, std::memory_order_relaxed);
  }
  void release() {
    if (drop()) end();
  }

  /// True: something was pending, that is armed, or sent and not received: it is void now.
  bool arm(std::int64_t at) { return change(at); }
  bool stop() { return change(Clock::kNever); }

  // --- For the service.

  /// The entry for `at` has come; it gives up its reference.
  void come(std::int64_t at, Instant now) {
    lock_.lock();
    // relaxed here and below: changes under lock_.
    const bool is_mine = when.load(std::memory_order_relaxed) == at;
    if (is_mine) set_when(fire(at, now));
    lock_.unlock();
    if (is_mine) fired();
    release();
  }

  /// The run is over: it will not come.
  void forget() {
    lock_.lock();
    if (when.load(std::memory_order_relaxed) != Clock::kNever) set_when(Clock::kNever);
    lock_.unlock();
    release();
  }

 protected:
  ArmedTimer() : TimerEvent(false) {}

  /// Gives up one reference. True: it was the last, and end() has to follow.
  bool drop() {
    // acq_rel: the last one sees what all others did.
    return references_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

  /// From somebody who has no reference: false if the last one is gone.
  bool retain_if_alive() {
    // relaxed: a first guess, and on failure a guess again.
    std::uint32_t count = references_.load(std::memory_order_relaxed);
    while (count > 0) {
      // relaxed: as retain(); the caller holds a lock that the end has to pass.
      if (references_.compare_exchange_weak(count, count + 1, std::memory_order_relaxed,
                                            std::memory_order_relaxed))
        return true;
    }
    return false;
  }

  virtual ~ArmedTimer() = default;

  /// Its time has come. Under the lock: sends, and says when it comes again, or kNever.
  virtual std::int64_t fire(std::int64_t at, Instant now) = 0;

  /// Outside of the lock, after fire().
  virtual void fired() {}

  /// Under the lock: takes back what was sent and not received; true if there was something.
  virtual bool take_back() { return false; }

  /// No reference is left.
  virtual void end() { delete this; }

 private:
  using Service = TimerService<R>;

  bool change(std::int64_t at) {
    lock_.lock();
    const bool was_armed = when.load(std::memory_order_relaxed) != Clock::kNever;
    const bool was_sent = take_back();
    try {
      set_when(at);
    } catch (...) {  // No memory, or no thread for the service.
      lock_.unlock();
      throw;
    }
    lock_.unlock();
    if (was_armed) Service::instance().note_stale();
    return was_armed || was_sent;
  }

  /// Locked.
  void set_when(std::int64_t at) {
    const bool was_armed = when.load(std::memory_order_relaxed) != Clock::kNever;
    when.store(Clock::kNever, std::memory_order_relaxed);
    if (was_armed) Service::instance().count_armed(-1);
    if (at == Clock::kNever) return;
    when.store(at, std::memory_order_relaxed);
    retain();
    try {
      Service::instance().add(*this, at);
    } catch (...) {
      when.store(Clock::kNever, std::memory_order_relaxed);
      references_.fetch_sub(1, std::memory_order_relaxed);  // relaxed: the caller has another.
      throw;
    }
    Service::instance().count_armed(+1);
  }

  std::atomic<std::uint32_t> references_{1};
  SpinLock lock_;  // Guards when. Held while fire() sends: a stop() must not come between.
};

/// Holds one reference.
template <class T>
class TimerReference {
 public:
  /// Takes over the one that `timer` was made with.
  explicit TimerReference(T* timer) : timer_(timer) {}
  TimerReference(const TimerReference& other) : timer_(other.timer_) {
    if (timer_ != nullptr) timer_->retain();
  }
  TimerReference(TimerReference&& other) noexcept : timer_(std::exchange(other.timer_, nullptr)) {}
  TimerReference& operator=(TimerReference other) noexcept {
    std::swap(timer_, other.timer_);
    return *this;
  }
  ~TimerReference() {
    if (timer_ != nullptr) timer_->release();
  }

  T* get() const { return timer_; }
  /// The caller owes the release.
  T* take() { return std::exchange(timer_, nullptr); }
  T* operator->() const { return timer_; }
  explicit operator bool() const { return timer_ != nullptr; }

 private:
  T* timer_;
};

}  // namespace gauntlet
