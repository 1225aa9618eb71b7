// SPDX-License-Identifier: Apache-2.0
// Go's channel in the stackless colour: same members as in colour/blocking.hpp, each to be awaited.
//
// An awaiter is the frame of the operation: await_ready() is start_*(), await_suspend() is
// stay_parked(). The moment stay_parked() has unlocked, another thread may resume the goroutine and
// the awaiter be gone.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "harness/colour/park_stackless.hpp"
#include "harness/contract/panic.hpp"
#include "harness/portable/channel_core.hpp"

namespace gauntlet {

/// Any number of goroutines may call any member at once (C10).
template <class R, class T>
class PortableChannel {
  using Core = ChannelCore<R, T>;

 public:
  using value_type = T;

  explicit PortableChannel(std::int64_t capacity = 0) : core_(capacity) {}

  class [[nodiscard("AWAIT it")]] Send {
   public:
    Send(Core* core, T&& value) : core_(core), value_(std::move(value)) {}
    Send(const Send&) = delete;
    Send& operator=(const Send&) = delete;

    bool await_ready() { return core_ != nullptr && core_->start_send(value_, self_); }
    void await_suspend(std::coroutine_handle<> sender) {
      if (core_ == nullptr) return park_for_ever<R>(sender, WaitFor::kSend);
      park<R>(*core_, self_, sender, {WaitFor::kSend, core_, core_->cap()});
    }
    void await_resume() {
      const bool parked = static_cast<bool>(self_.handle);
      if (parked && !self_.ok) panic("send on closed channel");
    }

   private:
    Core* core_;  // Null: nil channel.
    T value_;
    typename Core::Sender self_;
  };

  class [[nodiscard("AWAIT it")]] Recv {
   public:
    explicit Recv(Core* core) : core_(core) {}
    Recv(const Recv&) = delete;
    Recv& operator=(const Recv&) = delete;

    bool await_ready() { return core_ != nullptr && core_->start_recv(self_); }
    void await_suspend(std::coroutine_handle<> receiver) {
      if (core_ == nullptr) return park_for_ever<R>(receiver, WaitFor::kRecv);
      park<R>(*core_, self_, receiver, {WaitFor::kRecv, core_, core_->cap()});
    }
    std::optional<T> await_resume() { return self_.taken(); }

   private:
    Core* core_;  // Null: nil channel.
    typename Core::Receiver self_;
  };

  /// Waits until the value is taken or buffered. Panics when the channel is or gets closed.
  Send send(T value) { return Send(&core_, std::move(value)); }

  /// Waits for a value; empty when the channel is closed and drained.
  Recv recv() { return Recv(&core_); }

  /// Never waits. Moves from `value` only when it says kSent.
  TrySend try_send(T& value) { return core_.try_send(value); }
  TrySend try_send(T&& value) { return core_.try_send(value); }
  TryRecv try_recv(std::optional<T>& value) { return core_.try_recv(value); }

  void close() { core_.close(); }
  std::size_t len() const { return core_.len(); }
  std::size_t cap() const { return core_.cap(); }

  // --- For views and selects.

  static Send send_to_nil(T&& value) { return Send(nullptr, std::move(value)); }
  static Recv recv_from_nil() { return Recv(nullptr); }
  Core* core_to_send() { return &core_; }
  Core* core_to_receive() { return &core_; }

 private:
  Core core_;
};

}  // namespace gauntlet
