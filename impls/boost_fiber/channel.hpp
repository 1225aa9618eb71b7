// SPDX-License-Identifier: Apache-2.0
// Boost.Fiber's own channels behind the names of PortableChannel: unbuffered_channel for capacity 0, buffered_channel
// for 2^k - 1 (it wants a power of two slots and leaves one of them empty).
//
// What the library lacks is not made up here: no len(), no cap(); see README.md for the rules it breaks.
#pragma once

#include <atomic>
#include <bit>
#include <boost/fiber/buffered_channel.hpp>
#include <boost/fiber/channel_op_status.hpp>
#include <boost/fiber/context.hpp>
#include <boost/fiber/operations.hpp>
#include <boost/fiber/unbuffered_channel.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "harness/contract/panic.hpp"
#include "harness/contract/try_answers.hpp"
#include "harness/portable/for_ever.hpp"
#include "harness/portable/select_case.hpp"

namespace gauntlet::impls::boost_fiber {

template <class T>
class NativeChannel {
  /// The library wants default-constructible values, and keeps what was moved from in its slots.
  struct Box {
    Box() = default;
    explicit Box(T&& given) : value(std::move(given)) {}
    Box(Box&& other) noexcept : value(std::exchange(other.value, std::nullopt)) {}
    Box& operator=(Box&& other) noexcept {
      value = std::exchange(other.value, std::nullopt);
      return *this;
    }
    std::optional<T> value;
  };
  /// Numbers and the like go in as they are, as a user of the library would send them.
  static constexpr bool kPlain = std::is_trivial_v<T>;
  using Item = std::conditional_t<kPlain, T, Box>;

  static T opened(Item&& item) {
    if constexpr (kPlain)
      return item;
    else
      return std::move(item.value).value();
  }

 public:
  using value_type = T;

  explicit NativeChannel(std::int64_t capacity = 0) {
    if (capacity < 0) panic("channel capacity is negative");
    const auto slots = static_cast<std::uint64_t>(capacity) + 1;
    if (!std::has_single_bit(slots) || slots > kMaxSlots)
      panic("Boost.Fiber's channels hold 0, 1, 3, 7, ... 2^k-1: no other capacity");
    if (capacity > 0) channel_.template emplace<Buffered>(static_cast<std::size_t>(slots));
  }

  // Flat: a frame between a switch and the caller's loop costs a mispredicted return, about 7 ns each time, because
  // the other fiber has overwritten the processor's stack of return addresses. What is measured is the library.
  [[gnu::flatten]] void send(T value) {
    Item item(std::move(value));
    if (visit([&](auto& channel) { return channel.push(std::move(item)); }) != Status::success)
      panic("send on closed channel");
  }

  [[gnu::flatten]] std::optional<T> recv() {
    Item item{};
    if (visit([&](auto& channel) { return channel.pop(item); }) != Status::success)
      return std::nullopt;
    return opened(std::move(item));
  }

  /// Moves from `value` only when it says kSent. Panics on capacity 0: unbuffered_channel cannot try.
  TrySend try_send(T& value) {
    // An Item is made of the value before the library says whether it takes it: give it back if not.
    Item item(std::move(value));
    const Status status = buffered().try_push(std::move(item));
    if (status == Status::success) return TrySend::kSent;
    value = opened(std::move(item));
    return status == Status::full ? TrySend::kFull : TrySend::kClosed;
  }

  TryRecv try_recv(std::optional<T>& value) {
    Item item{};
    const Status status = buffered().try_pop(item);
    if (status == Status::success) {
      value = opened(std::move(item));
      return TryRecv::kReceived;
    }
    return status == Status::empty ? TryRecv::kEmpty : TryRecv::kClosed;
  }

  void close() {
    Stage open = kOpen;
    // acq_rel: tells a second close from the first; acquire pairs with the release below.
    if (!stage_.compare_exchange_strong(open, kClosing, std::memory_order_acq_rel, std::memory_order_acquire)) {
      // The first may not have reached the library: a send after this panic must not succeed.
      while (stage_.load(std::memory_order_acquire) != kClosed) boost::this_fiber::yield();
      panic("close of closed channel");
    }
    visit([](auto& channel) { channel.close(); });
    // release pairs with the acquire above: who panics has seen it closed.
    stage_.store(kClosed, std::memory_order_release);
  }

  // --- For views. A select over these is refused: the library has none.

  [[noreturn]] static void send_to_nil(T&&) { wait_for_ever(); }
  static std::optional<T> recv_from_nil() { wait_for_ever(); }
  NoSelect* core_to_send() { return nullptr; }
  NoSelect* core_to_receive() { return nullptr; }

 private:
  enum Stage : std::uint8_t { kOpen, kClosing, kClosed };  // Of close(): two of them may race.
  using Status = boost::fibers::channel_op_status;
  using Buffered = boost::fibers::buffered_channel<Item>;
  using Unbuffered = boost::fibers::unbuffered_channel<Item>;
  static constexpr std::uint64_t kMaxSlots = (std::uint64_t{1} << 46U) / sizeof(Item);

  [[noreturn]] static void wait_for_ever() {
    for (;;) {
      ForEver::stay_parked();
      boost::fibers::context::active()->suspend();
    }
  }

  template <class F>
  auto visit(F&& use) {
    if (auto* unbuffered = std::get_if<Unbuffered>(&channel_)) return use(*unbuffered);
    return use(*std::get_if<Buffered>(&channel_));
  }

  Buffered& buffered() {
    auto* buffered = std::get_if<Buffered>(&channel_);
    if (buffered == nullptr)
      panic("Boost.Fiber's unbuffered_channel has no try_push and no try_pop");
    return *buffered;
  }

  std::atomic<Stage> stage_{kOpen};
  std::variant<Unbuffered, Buffered> channel_;
};

}  // namespace gauntlet::impls::boost_fiber
