// SPDX-License-Identifier: Apache-2.0
// Eight clients ask one server; each request carries the channel that its answer is to come on.
//
// Measures: a round trip over a channel that many share and one that nobody else knows; fairness: how often
// had the others been served when the first client had its last answer?
// Does not measure: making channels: a client keeps the one it is answered on. Nothing is buffered.
// Origin: channels as values, the part of Go that Newsqueak and CSP had before it ("Effective Go").
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kClients = 8;

struct Request {
  Channel<std::int64_t>* answer;
  std::int64_t number;  // client, client + kClients, ...
};

std::int64_t quota(std::int64_t client, std::int64_t ops) {
  return (ops - client + kClients - 1) / kClients;
}

Task channel_of_channels(Pass& pass) {
  Channel<Request> requests(0);
  std::deque<Channel<std::int64_t>> answers;
  std::vector<Tally> received(kClients);
  WaitGroup clients(kClients);
  for (std::int64_t client = 0; client < kClients; ++client) {
    auto& answer = answers.emplace_back(0);
    go([&requests, &answer, &clients, &pass, &tally = received[static_cast<std::size_t>(client)],
        client]() -> Task {
      for (std::int64_t number = client; number < pass.ops; number += kClients) {
        AWAIT requests.send({&answer, number});
        tally.sum += *AWAIT answer.recv();
        ++tally.count;
      }
      clients.done();
    });
  }
  std::vector<std::int64_t> served(kClients);
  for (std::int64_t left = pass.ops; left > 0; --left) {
    const auto request = AWAIT requests.recv();
    AWAIT request->answer->send(2 * request->number);
    const std::int64_t client = request->number % kClients;
    const bool last = ++served[static_cast<std::size_t>(client)] == quota(client, pass.ops);
    if (last && pass.shares.empty()) pass.shares = served;
  }
  AWAIT clients.wait();
  for (const Tally& each : received) {
    pass.tally.count += each.count;
    pass.tally.sum += each.sum;
  }
}

Tally expected(const Pass& pass) { return {.count = pass.ops, .sum = pass.ops * (pass.ops - 1)}; }

const Registration registered{{
    .name = "channel_of_channels",
    .unit = "request",
    .group = "channels",
    .needs = {"G1", "G2", "C1", "C2", "C8", "C9", "C10", "W1"},
    .cases = {{}},
    .body = channel_of_channels,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
