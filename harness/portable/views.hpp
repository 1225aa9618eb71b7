// SPDX-License-Identifier: Apache-2.0
// Send-only and receive-only views of a channel, Go's chan<- T and <-chan T. Rule C11: a view converts from
// the channel, never back; what the direction forbids does not compile.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

namespace gauntlet {

/// C is any channel type. A view is a pointer: copy it freely, keep the channel alive.
template <class C>
class SendOnly {
 public:
  using value_type = typename C::value_type;

  SendOnly(C& channel) : channel_(&channel) {}  // NOLINT: the conversion is the point.

  /// Same as the channel's: AWAIT it.
  auto send(value_type value) const { return channel_->send(std::move(value)); }
  auto try_send(value_type& value) const { return channel_->try_send(value); }
  void close() const { channel_->close(); }
  std::size_t len() const { return channel_->len(); }
  std::size_t cap() const { return channel_->cap(); }

 private:
  C* channel_;
};

template <class C>
class ReceiveOnly {
 public:
  using value_type = typename C::value_type;

  ReceiveOnly(C& channel) : channel_(&channel) {}  // NOLINT: the conversion is the point.

  /// Same as the channel's: AWAIT it.
  auto recv() const { return channel_->recv(); }
  auto try_recv(std::optional<value_type>& value) const { return channel_->try_recv(value); }
  std::size_t len() const { return channel_->len(); }
  std::size_t cap() const { return channel_->cap(); }

 private:
  C* channel_;
};

}  // namespace gauntlet
