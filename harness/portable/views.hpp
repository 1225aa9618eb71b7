// SPDX-License-Identifier: Apache-2.0
// Send-only and receive-only views of a channel, Go's chan<- T and <-chan T. Rule C11: a view converts from
// the channel, never back; what the direction forbids does not compile.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "harness/contract/panic.hpp"
#include "harness/contract/try_answers.hpp"

namespace gauntlet {

/// C is any channel type. A view is a pointer: copy it freely, keep the channel alive. One that is made of
/// nothing is Go's nil channel: what would wait waits for ever, and no select ever chooses it.
template <class C>
class SendOnly {
 public:
  using value_type = typename C::value_type;

  SendOnly() = default;
  SendOnly(C& channel) : channel_(&channel) {}  // NOLINT: the conversion is the point.

  bool is_nil() const { return channel_ == nullptr; }

  /// Same as the channel's: AWAIT it.
  auto send(value_type value) const {
    if (is_nil()) return C::send_to_nil(std::move(value));
    return channel_->send(std::move(value));
  }
  TrySend try_send(value_type& value) const
    requires requires(C& channel, value_type& given) { channel.try_send(given); }
  {
    return is_nil() ? TrySend::kFull : channel_->try_send(value);
  }
  void close() const {
    if (is_nil()) panic("close of nil channel");
    channel_->close();
  }
  std::size_t len() const { return is_nil() ? 0 : channel_->len(); }
  std::size_t cap() const { return is_nil() ? 0 : channel_->cap(); }

  /// For a select; null is never ready.
  auto core_to_send() const
    requires requires(C& channel) { channel.core_to_send(); }
  {
    return is_nil() ? nullptr : channel_->core_to_send();
  }

 private:
  C* channel_ = nullptr;
};

template <class C>
class ReceiveOnly {
 public:
  using value_type = typename C::value_type;

  ReceiveOnly() = default;
  ReceiveOnly(C& channel) : channel_(&channel) {}  // NOLINT: the conversion is the point.

  bool is_nil() const { return channel_ == nullptr; }

  /// Same as the channel's: AWAIT it.
  auto recv() const {
    if (is_nil()) return C::recv_from_nil();
    return channel_->recv();
  }
  TryRecv try_recv(std::optional<value_type>& value) const
    requires requires(C& channel, std::optional<value_type>& got) { channel.try_recv(got); }
  {
    return is_nil() ? TryRecv::kEmpty : channel_->try_recv(value);
  }
  std::size_t len() const { return is_nil() ? 0 : channel_->len(); }
  std::size_t cap() const { return is_nil() ? 0 : channel_->cap(); }

  /// For a select; null is never ready.
  auto core_to_receive() const
    requires requires(C& channel) { channel.core_to_receive(); }
  {
    return is_nil() ? nullptr : channel_->core_to_receive();
  }

 private:
  C* channel_ = nullptr;
};

}  // namespace gauntlet
