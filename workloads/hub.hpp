// SPDX-License-Identifier: Apache-2.0
// The goroutine in the middle of the workload `select`: its channels, and what is still to move through them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "harness/workload.hpp"

namespace gauntlet {

/// Even cases receive, odd ones send. A case that has moved its items has a nil channel.
struct Hub {
  using Item = std::int64_t;
  static constexpr std::size_t kMost = 8;

  Hub(std::size_t ways, std::int64_t items) {
    const auto count = static_cast<std::int64_t>(ways);
    for (std::size_t at = 0; at < ways; ++at) {
      left[at] = (items - static_cast<std::int64_t>(at) + count - 1) / count;
      if (left[at] == 0) continue;
      if (at % 2 == 0) in[at / 2] = channels[at];
      if (at % 2 == 1) out[at / 2] = channels[at];
    }
  }

  void committed(int chosen, const std::optional<Item>& got) {
    const auto at = static_cast<std::size_t>(chosen);
    ++received.count;
    if (at % 2 == 0)
      received.sum += *got;
    else
      ++next;
    if (--left[at] > 0) return;
    if (at % 2 == 0)
      in[at / 2] = {};
    else
      out[at / 2] = {};
  }

  /// Of a hub that has not begun: peers and hub each send 0, 1, 2...
  Tally expected() const {
    const auto up_to = [](std::int64_t items) { return items * (items - 1) / 2; };
    Tally tally;
    std::int64_t sent = 0;
    for (std::size_t at = 0; at < kMost; ++at) {
      tally.count += left[at];
      if (at % 2 == 0)
        tally.sum += up_to(left[at]);
      else
        sent += left[at];
    }
    tally.sum += up_to(sent);
    return tally;
  }

  std::array<Channel<Item>, kMost> channels;
  std::array<ReceiveChannel<Item>, kMost / 2> in;
  std::array<SendChannel<Item>, kMost / 2> out;
  std::array<std::int64_t, kMost> left{};
  Tally received;  ///< Cases that committed, and what came in.
  Item next = 0;   ///< What is sent next: 0, 1, 2...
};

}  // namespace gauntlet
