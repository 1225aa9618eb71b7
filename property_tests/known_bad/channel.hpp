// SPDX-License-Identifier: Apache-2.0
// The portable channel with faults to choose from, each a class of bug that a channel library has shipped.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"

namespace gauntlet {

namespace known_bad {
struct Verbs : Runtime {};  // The same runtime under a name that has no faulty channel.
}  // namespace known_bad

template <class T>
class PortableChannel<known_bad::Runtime, T> {
 public:
  using value_type = T;

  explicit PortableChannel(std::int64_t capacity = 0)
      : inner_(capacity + (capacity >= 0 && known_bad::mutated("over_fills") ? 1 : 0)),
        capacity_(capacity) {}

  void send(T value) {
    if (known_bad::mutated("loses_a_value") && now_.is_the_time()) return;
    if constexpr (std::copy_constructible<T>) {
      if (known_bad::mutated("doubles_a_value") && now_.is_the_time()) inner_.send(T(value));
    }
    if constexpr (std::integral<T>) {
      if (known_bad::mutated("lies_about_a_value") && now_.is_the_time()) value = T(value ^ 1);
    }
    inner_.send(std::move(value));
  }

  std::optional<T> recv() {
    if (known_bad::mutated("reorders")) return recv_second_first();
    const bool was_open = !is_closed();
    std::optional<T> value = inner_.recv();
    if (known_bad::mutated("close_wakes_one") && !value && was_open && !is_the_one_woken())
      known_bad::Runtime::suspend([](auto) { return true; });  // As if never woken.
    return value;
  }

  TrySend try_send(T& value) { return inner_.try_send(value); }
  TrySend try_send(T&& value) { return inner_.try_send(value); }
  TryRecv try_recv(std::optional<T>& value) { return inner_.try_recv(value); }

  void close() {
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

  std::size_t len() const { return inner_.len(); }
  std::size_t cap() const { return static_cast<std::size_t>(capacity_); }

  // A select, and a nil channel, have none of these faults.
  [[noreturn]] static void send_to_nil(T&&) { park_for_ever<known_bad::Runtime>(); }
  static std::optional<T> recv_from_nil() { park_for_ever<known_bad::Runtime>(); }
  auto* core_to_send() { return inner_.core_to_send(); }
  auto* core_to_receive() { return inner_.core_to_receive(); }

 private:
  std::optional<T> recv_second_first() {
    {
      const std::lock_guard guard(mutex_);
      if (held_back_) return std::exchange(held_back_, std::nullopt);
    }
    std::optional<T> first = inner_.recv();
    std::optional<T> second;
    if (!first || inner_.try_recv(second) != TryRecv::kReceived) return first;
    const std::lock_guard guard(mutex_);
    if (held_back_) return first;  // Two receivers at once: one value is lost, too.
    held_back_ = std::move(first);
    return second;
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
  std::mutex mutex_;  // Guards all below.
  bool closed_ = false;
  bool one_woken_ = false;
  std::optional<T> held_back_;
};

}  // namespace gauntlet
