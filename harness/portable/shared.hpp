// SPDX-License-Identifier: Apache-2.0
// A channel by reference, as Go's are: copy the handle, the channel lives as long as any copy. With reports,
// the copies are known, and a goroutine whose channel nobody else can reach any more is found (rule R5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "harness/portable/reach.hpp"
#include "harness/portable/reports.hpp"

namespace gauntlet {

/// C is a channel type. Never empty, but for one that was moved from.
template <class C>
class Shared {
 public:
  using value_type = typename C::value_type;

  explicit Shared(std::int64_t capacity = 0)
      : state_(std::make_shared<State>(capacity)), reach_(state_->reachable()) {}

  Shared(const Shared&) = default;
  Shared(Shared&&) noexcept = default;
  // The handle first: it must not outlive what it leads to.
  Shared& operator=(const Shared& other) {
    reach_ = other.reach_;
    state_ = other.state_;
    return *this;
  }
  Shared& operator=(Shared&& other) noexcept {
    reach_ = std::move(other.reach_);
    state_ = std::move(other.state_);
    return *this;
  }

  /// Same as the channel's: AWAIT them.
  auto send(value_type value) const { return state_->channel.send(std::move(value)); }
  auto recv() const { return state_->channel.recv(); }
  auto try_send(value_type& value) const { return state_->channel.try_send(value); }
  auto try_send(value_type&& value) const { return state_->channel.try_send(value); }
  auto try_recv(std::optional<value_type>& value) const { return state_->channel.try_recv(value); }
  void close() const { state_->channel.close(); }
  std::size_t len() const { return state_->channel.len(); }
  std::size_t cap() const { return state_->channel.cap(); }

  /// For selects and views. Whoever keeps it is not seen by find_leaked(): keep a handle instead.
  C& operator*() const { return state_->channel; }

 private:
  struct Tracked : Reachable {
    explicit Tracked(std::int64_t capacity)
        : Reachable(&channel, sizeof(C)), channel(capacity) {}
    Reachable* reachable() { return this; }
    C channel;
  };
  struct Plain {
    explicit Plain(std::int64_t capacity) : channel(capacity) {}
    std::nullptr_t reachable() { return nullptr; }
    C channel;
  };
  struct NoReach {
    explicit NoReach(std::nullptr_t) {}
  };
  using State = std::conditional_t<kReports, Tracked, Plain>;

  std::shared_ptr<State> state_;
  [[no_unique_address]] std::conditional_t<kReports, ReachHandle, NoReach> reach_;
};

}  // namespace gauntlet
