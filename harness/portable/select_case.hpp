// SPDX-License-Identifier: Apache-2.0
// The cases of a select in plain words: recv(channel, x), send(channel, y), otherwise.
//
// A case takes its channel and value when it is made, once (S7). `recv(a(), x)` and `Recv{a(), x}` are the
// same; C++ leaves the order of a call's arguments open and orders those between braces, so where it matters
// write select(Cases{Recv{a(), x}, Send{b(), y()}}).
//
// A case is small, for it is moved several times until it is where it stays. What waits in its channel (Parked) is made
// there, beside it.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "harness/portable/select_core.hpp"

namespace gauntlet {

/// The core of a native channel, which has no select: its cases compile, and to select one is refused.
struct NoSelect {
  struct Runtime {
    using Handle = int;
    static void suspend(auto&&) {}
    static void resume(Handle) {}
  };
  struct Parked {};
  void accept(Parked&) {}
  static constexpr const char* kRefusal = "this lane's native channel has no select";
};

/// What a select may send to or receive from: a channel, or a view of that direction (C11).
template <class C>
concept SelectSends = requires(C& channel) { channel.core_to_send(); };
template <class C>
concept SelectReceives = requires(C& channel) { channel.core_to_receive(); };

template <class C>
using CoreToSend = std::remove_pointer_t<decltype(std::declval<C&>().core_to_send())>;
template <class C>
using CoreToReceive = std::remove_pointer_t<decltype(std::declval<C&>().core_to_receive())>;

/// `Send{channel, value}`: the value is moved from here when the case commits.
template <class Core>
class Send {
 public:
  using Runtime = typename Core::Runtime;
  using Parked = typename Core::Sender;

  template <SelectSends C>
  Send(C&& channel, typename Core::value_type value)
      : core_(channel.core_to_send()), value_(std::move(value)) {}

  /// Both stay where they are from here on.
  SelectEntry<Runtime> entry(Parked& parked) {
    parked.source = &value_;
    return {core_, &parked, true};
  }
  void accept(Parked&) {}

 private:
  Core* core_;
  typename Core::value_type value_;
};

/// `Recv{channel, x}`: when the case commits, x holds the value, or nothing if the channel is closed and
/// drained. `Recv{channel}` drops the value. Whatever else is chosen leaves x as it was.
template <class Core>
class Recv {
 public:
  using Runtime = typename Core::Runtime;
  using Parked = typename Core::Receiver;
  using Value = std::optional<typename Core::value_type>;

  template <SelectReceives C>
  explicit Recv(C&& channel) : core_(channel.core_to_receive()) {}
  template <SelectReceives C>
  Recv(C&& channel, Value& into) : core_(channel.core_to_receive()), into_(&into) {}

  SelectEntry<Runtime> entry(Parked& parked) {
    parked.value.reset();
    return {core_, &parked, false};
  }
  void accept(Parked& parked) {
    if (into_ != nullptr) *into_ = parked.taken();
  }

 private:
  Core* core_;
  Value* into_ = nullptr;
};

template <>
class Send<NoSelect> : public NoSelect {
 public:
  template <class C, class V>
  Send(C&&, V&&) {}
};
template <>
class Recv<NoSelect> : public NoSelect {
 public:
  template <class C>
  explicit Recv(C&&) {}
  template <class C, class V>
  Recv(C&&, V&) {}
};

template <SelectSends C, class V>
Send(C&&, V&&) -> Send<CoreToSend<std::remove_reference_t<C>>>;
template <SelectReceives C>
Recv(C&&) -> Recv<CoreToReceive<std::remove_reference_t<C>>>;
template <SelectReceives C, class V>
Recv(C&&, std::optional<V>&) -> Recv<CoreToReceive<std::remove_reference_t<C>>>;

/// The default: chosen when no other case is ready (S3). It stands last; its index is its place.
struct Otherwise {
  struct Parked {};
  void accept(Parked&) {}
};
inline constexpr Otherwise otherwise;

template <class T>
inline constexpr bool kIsSelectCase = false;
template <class Core>
inline constexpr bool kIsSelectCase<Send<Core>> = true;
template <class Core>
inline constexpr bool kIsSelectCase<Recv<Core>> = true;
template <>
inline constexpr bool kIsSelectCase<Otherwise> = true;
template <class T>
concept SelectCase = kIsSelectCase<T>;

template <SelectSends C, class V>
auto send(C&& channel, V&& value) {
  return Send<CoreToSend<std::remove_reference_t<C>>>(channel, std::forward<V>(value));
}
template <SelectReceives C>
auto recv(C&& channel) {
  return Recv<CoreToReceive<std::remove_reference_t<C>>>(channel);
}
template <SelectReceives C, class V>
auto recv(C&& channel, std::optional<V>& into) {
  return Recv<CoreToReceive<std::remove_reference_t<C>>>(channel, into);
}

}  // namespace gauntlet
