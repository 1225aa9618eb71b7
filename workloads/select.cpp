// SPDX-License-Identifier: Apache-2.0
// One goroutine selects over `ways` unbuffered channels: every other case receives, the others send. Each
// channel has a peer of its own at its other end.
//
// Measures: a select that commits to one of several cases, leaves the others, and parks or wakes for it.
// Does not measure: defaults and time-outs, or selects that compete for a channel. A case that has moved its
// share of the items gets a nil channel, as Go's programs do it: once in a pass.
// Origin: Go's BenchmarkSelectUncontended and its kin, with send cases among the receive cases.
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>

#include "workloads/hub.hpp"

namespace gauntlet {
namespace {

Task select_2(Hub& hub, std::int64_t items) {
  for (std::optional<Hub::Item> got; items > 0; --items) {
    const int chosen = AWAIT select(recv(hub.in[0], got), send(hub.out[0], hub.next));
    hub.committed(chosen, got);
  }
}

Task select_8(Hub& hub, std::int64_t items) {
  for (std::optional<Hub::Item> got; items > 0; --items) {
    const Hub::Item next = hub.next;
    const int chosen = AWAIT select(recv(hub.in[0], got), send(hub.out[0], next),  //
                                    recv(hub.in[1], got), send(hub.out[1], next),  //
                                    recv(hub.in[2], got), send(hub.out[2], next),  //
                                    recv(hub.in[3], got), send(hub.out[3], next));
    hub.committed(chosen, got);
  }
}

Task select_among_peers(Pass& pass) {
  const auto ways = static_cast<std::size_t>(pass.params.number("ways"));
  Hub hub(ways, pass.ops);
  std::array<std::int64_t, Hub::kMost> sums{};  // What each peer received.
  WaitGroup peers(static_cast<std::int64_t>(ways));
  for (std::size_t at = 0; at < ways; ++at) {
    go([&, at, items = hub.left[at]]() -> Task {
      std::int64_t sum = 0;
      for (std::int64_t i = 0; i < items; ++i) {
        if (at % 2 == 0)
          AWAIT hub.channels[at].send(i);
        else
          sum += *AWAIT hub.channels[at].recv();
      }
      sums[at] = sum;
      peers.done();
    });
  }
  if (ways == 2)
    AWAIT select_2(hub, pass.ops);
  else
    AWAIT select_8(hub, pass.ops);
  AWAIT peers.wait();
  pass.tally = {hub.received.count, std::accumulate(sums.begin(), sums.end(), hub.received.sum)};
}

Tally expected(const Pass& pass) {
  return Hub(static_cast<std::size_t>(pass.params.number("ways")), pass.ops).expected();
}

const Registration registered{{
    .name = "select",
    .unit = "item",
    .group = "channels",
    .needs = {"G1", "G2", "C1", "C2", "C8", "C11", "S1", "S4", "W1"},
    .cases = {{.params = {{"ways", "2"}}}, {.params = {{"ways", "8"}}}},
    .body = select_among_peers,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
