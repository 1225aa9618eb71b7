// SPDX-License-Identifier: Apache-2.0
// The portable channel with faults to choose from, each a class of bug that a channel library has shipped.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"
#include "property_tests/known_bad/select.hpp"

namespace gauntlet {

template <class T>
class PortableChannel<known_bad::Runtime, T> {
 public:
  using value_type = T;

  explicit PortableChannel(std::int64_t capacity = 0)
      : inner_(room_for(capacity)), capacity_(capacity) {}

  void send(T value) {
    if (known_bad::mutated("send_returns_early") && keeps_for_later(value)) return;
    if (known_bad::mutated("loses_a_value") && now_.is_the_time()) return;
    if constexpr (std::copy_constructible<T>) {
      if (known_bad::mutated("doubles_a_value") && now_.is_the_time()) inner_.send(T(value));
    }
    if constexpr (std::integral<T>) {
      if (known_bad::mutated("lies_about_a_value") && now_.is_the_time()) value = T(value ^ 1);
    }
    if (known_bad::mutated("yields_under_the_lock")) return send_under_the_lock(std::move(value));
    if (known_bad::mutated("overwrites_the_slot")) return send_through_the_slot(std::move(value));
    if (known_bad::mutated("checks_then_pushes")) {
      while (capacity_ > 0 && len() >= cap()) known_bad::Runtime::yield();
    }
    send_and_hear(std::move(value));
  }

  std::optional<T> recv() {
    if (known_bad::mutated("send_returns_early")) send_late();
    if (known_bad::mutated("reorders")) return recv_second_first();
    if (known_bad::mutated("tries_without_waking")) {
      const std::lock_guard guard(mutex_);
      if (kept_) return std::exchange(kept_, std::nullopt);
    }
    const bool was_open = !is_closed();
    std::optional<T> value = inner_.recv();
    if (value) return value;
    if (known_bad::mutated("close_wakes_one") && was_open && !is_the_one_woken()) sleep_for_ever();
    if (known_bad::mutated("closed_is_waited_for") && !was_open) sleep_for_ever();
    if (known_bad::mutated("delivers_a_refused_value")) {
      const std::lock_guard guard(mutex_);
      return std::exchange(kept_, std::nullopt);
    }
    return value;
  }

  TrySend try_send(T& value) {
    if (known_bad::mutated("checks_then_pushes") && capacity_ > 0) {
      if (is_closed()) return TrySend::kClosed;
      if (len() >= cap()) return TrySend::kFull;
      known_bad::Runtime::yield();  // Whoever else has looked now sees the same room.
    }
    if (known_bad::mutated("tries_without_waking") && capacity_ > 0 && !is_closed()) {
      const std::lock_guard guard(mutex_);
      if (kept_) return TrySend::kFull;
      kept_ = std::move(value);
      return TrySend::kSent;
    }
    return inner_.try_send(value);
  }
  TrySend try_send(T&& value) { return try_send(value); }
  TryRecv try_recv(std::optional<T>& value) {
    if (known_bad::mutated("try_recv_misses_a_value") && !is_closed() && misses_.is_the_time())
      return TryRecv::kEmpty;
    if (known_bad::mutated("try_recv_hides_the_close")) {
      const TryRecv said = inner_.try_recv(value);
      return said == TryRecv::kClosed ? TryRecv::kEmpty : said;
    }
    return inner_.try_recv(value);
  }

  void close() {
    if (known_bad::mutated("send_returns_early")) send_late();
    if (known_bad::mutated("drops_on_close")) {
      for (std::optional<T> dropped; inner_.try_recv(dropped) == TryRecv::kReceived;) {
      }
    }
    if (known_bad::mutated("closes_twice") && is_closed()) return;
    {
      const std::lock_guard guard(mutex_);
      closed_ = true;
    }
    inner_.close();
  }

  std::size_t len() const {
    // relaxed: a fault needs no order.
    const int senders = known_bad::mutated("len_counts_who_waits")
                            ? sending_.load(std::memory_order_relaxed)
                            : 0;
    return inner_.len() + static_cast<std::size_t>(senders);
  }
  std::size_t cap() const { return static_cast<std::size_t>(capacity_); }

  // Faults of a select are in select.hpp; a nil channel has none.
  [[noreturn]] static void send_to_nil(T&&) { park_for_ever<known_bad::Runtime>(); }
  static std::optional<T> recv_from_nil() { park_for_ever<known_bad::Runtime>(); }
  auto* core_to_send() { return inner_.core_to_send(); }
  auto* core_to_receive() { return inner_.core_to_receive(); }

 private:
  static std::int64_t room_for(std::int64_t capacity) {
    if (capacity < 0 && known_bad::mutated("takes_any_capacity")) return 0;
    if (capacity > 1'000'000 && known_bad::mutated("takes_any_capacity")) return 1'000'000;
    if (capacity >= 0 && known_bad::mutated("over_fills")) return capacity + 1;
    if (capacity > 0 && known_bad::mutated("checks_then_pushes")) return capacity + 64;
    return capacity;
  }

  /// What the sender hears of its send may be false.
  void send_and_hear(T value) {
    const bool was_open = !is_closed();
    std::optional<T> copy;
    if constexpr (std::copy_constructible<T>) {
      if (known_bad::mutated("delivers_a_refused_value")) copy = value;
    }
    sending_.fetch_add(1, std::memory_order_relaxed);  // relaxed: as in len().
    try {
      inner_.send(std::move(value));
    } catch (const Panic&) {
      sending_.fetch_sub(1, std::memory_order_relaxed);
      if (known_bad::mutated("close_pretends_to_send") && was_open) return;
      const std::lock_guard guard(mutex_);
      kept_ = std::move(copy);
      throw;
    }
    sending_.fetch_sub(1, std::memory_order_relaxed);
    if (known_bad::mutated("send_sleeps_on") && sleeps_.is_the_time()) sleep_for_ever();
    if (!known_bad::mutated("refuses_a_delivered_value") || capacity_ > 0) return;
    known_bad::Runtime::yield();
    if (is_closed()) panic("send on closed channel");
  }

  /// A lock of the library's own is held while its holder waits.
  void send_under_the_lock(T value) {
    static std::atomic<bool> locked{false};
    // acquire and release: a lock as others have it; only that it is held too long is wrong.
    while (locked.exchange(true, std::memory_order_acquire)) known_bad::Runtime::yield();
    inner_.send(std::move(value));
    locked.store(false, std::memory_order_release);
  }

  /// One hand-off slot for all senders.
  void send_through_the_slot(T value) {
    {
      const std::lock_guard guard(mutex_);
      kept_ = std::move(value);
    }
    known_bad::Runtime::yield();
    std::optional<T> taken;
    {
      const std::lock_guard guard(mutex_);
      taken = std::exchange(kept_, std::nullopt);
    }
    if (taken) inner_.send(std::move(*taken));
  }

  std::optional<T> recv_second_first() {
    {
      const std::lock_guard guard(mutex_);
      if (kept_) return std::exchange(kept_, std::nullopt);
    }
    std::optional<T> first = inner_.recv();
    std::optional<T> second;
    if (!first || inner_.try_recv(second) != TryRecv::kReceived) return first;
    const std::lock_guard guard(mutex_);
    if (kept_) return first;  // Two receivers at once: one value is lost, too.
    kept_ = std::move(first);
    return second;
  }

  /// As if never woken.
  [[noreturn]] static void sleep_for_ever() { park_for_ever<known_bad::Runtime>(); }

  /// What an earlier send kept for later enters now, before `value` is kept. Every value arrives, once and in
  /// order; only try_recv and len tell that its send returned too early.
  bool keeps_for_later(T& value) {
    send_late();
    if (inner_.len() >= inner_.cap() || is_closed()) return false;
    const std::lock_guard guard(mutex_);
    if (late_) return false;
    late_.emplace(std::move(value));
    return true;
  }
  void send_late() {
    std::optional<T> late;
    {
      const std::lock_guard guard(mutex_);
      late = std::exchange(late_, std::nullopt);
    }
    if (late) inner_.send(std::move(*late));
  }

  bool is_closed() {
    const std::lock_guard guard(mutex_);
    return closed_;
  }
  bool is_the_one_woken() {
    const std::lock_guard guard(mutex_);
    return std::exchange(one_woken_, true) == false;
  }

  PortableChannel<known_bad::Verbs, T> inner_;
  std::int64_t capacity_;
  known_bad::Now now_{40};
  std::atomic<int> sending_{0};
  known_bad::Now misses_{5};
  known_bad::Now sleeps_{10};
  std::mutex mutex_;  // Guards all below.
  bool closed_ = false;
  bool one_woken_ = false;
  std::optional<T> kept_;  // What the fault holds back.
  std::optional<T> late_;  // What a send that has returned still has to bring in.
};

}  // namespace gauntlet
