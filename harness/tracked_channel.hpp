// SPDX-License-Identifier: Apache-2.0
// A runtime's own channel, of which ThreadSanitizer sees Go's edges only: see harness/contract/race_detector.hpp.
//
// What the library does runs in the context underneath, as the verbs do (harness/tracked_runtime.hpp); the edges are
// declared here. Which value went through which slot the library does not tell, so all values of a channel share a token:
// a receiver sees what every earlier sender did, and a sender what every receiver that has asked did. That is wider than
// Go's edges: nothing right is reported, and some races that hang on a slot (N2, N5, N7) are not.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "harness/contract/race_detector.hpp"
#include "harness/contract/try_answers.hpp"

namespace gauntlet {

template <class Native>
class TrackedChannel {
 public:
  using value_type = typename Native::value_type;

  explicit TrackedChannel(std::int64_t capacity = 0) {
    const race::InRuntime runtime;
    native_.emplace(capacity);
  }
  TrackedChannel(const TrackedChannel&) = delete;
  TrackedChannel& operator=(const TrackedChannel&) = delete;
  ~TrackedChannel() {
    const race::InRuntime runtime;
    native_.reset();
  }

  void send(value_type value) {
    race::release(&sent_);
    {
      const race::InRuntime runtime;
      native_->send(std::move(value));
    }
    race::acquire(&asked_);
  }

  std::optional<value_type> recv() {
    race::release(&asked_);
    std::optional<value_type> value;
    {
      const race::InRuntime runtime;
      value = native_->recv();
    }
    race::acquire(value ? &sent_ : &closed_);
    return value;
  }

  TrySend try_send(value_type& value) {
    race::release(&sent_);
    TrySend answer{};
    {
      const race::InRuntime runtime;
      answer = native_->try_send(value);
    }
    if (answer == TrySend::kSent) race::acquire(&asked_);
    return answer;
  }

  TryRecv try_recv(std::optional<value_type>& value) {
    race::release(&asked_);
    TryRecv answer{};
    {
      const race::InRuntime runtime;
      answer = native_->try_recv(value);
    }
    if (answer == TryRecv::kReceived) race::acquire(&sent_);
    if (answer == TryRecv::kClosed) race::acquire(&closed_);
    return answer;
  }

  void close() {
    race::release(&closed_);
    const race::InRuntime runtime;
    native_->close();
  }

  // --- For views. Nobody is ever done waiting there, and nobody selects.

  [[noreturn]] static void send_to_nil(value_type&& value) { Native::send_to_nil(std::move(value)); }
  static std::optional<value_type> recv_from_nil() { return Native::recv_from_nil(); }
  auto* core_to_send() { return native_->core_to_send(); }
  auto* core_to_receive() { return native_->core_to_receive(); }

 private:
  std::optional<Native> native_;
  // Tokens: their addresses are all that counts.
  char sent_ = 0;
  char asked_ = 0;
  char closed_ = 0;
};

/// What a tracked runtime has besides the verbs: channels of its own, if the runtime has some.
template <class R>
struct TrackedChannels {};
template <class R>
  requires requires { typename R::template Channel<int>; }
struct TrackedChannels<R> {
  template <class T>
  using Channel = TrackedChannel<typename R::template Channel<T>>;
};

}  // namespace gauntlet
