// SPDX-License-Identifier: Apache-2.0
// Clients send a question over a socket and wait for the answer; each has a goroutine at the other end that sends
// back what it reads. One op is a question and its answer, 64 bytes each way.
//
// Measures: a goroutine that parks for a socket, the poller that wakes it, and four system calls an op.
// Does not measure: the network (local socket pairs), accepting, or requests that take work to answer.
// Origin: the echo server, the smallest web server; Go's net benchmarks do it over TCP.
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>

#include "workloads/connection.hpp"

namespace gauntlet {
namespace {

Task echo(Pass& pass) {
  const std::int64_t clients = pass.params.number("clients");
  std::deque<Connection> connections(static_cast<std::size_t>(clients));
  WaitGroup all(2 * clients);
  for (std::int64_t self = 0; self < clients; ++self) {
    Connection& connection = connections[static_cast<std::size_t>(self)];
    go([&all, &connection]() -> Task {
      std::array<std::int64_t, 8> message{};
      for (;;) {
        const IoResult question = AWAIT connection.server.read(std::as_writable_bytes(std::span(message)));
        if (question.bytes == 0) break;
        AWAIT connection.server.write(std::as_bytes(std::span(message)));
      }
      all.done();
    });
    go([&, self]() -> Task {
      for (std::int64_t op = self; op < pass.ops; op += clients) {
        const std::array<std::int64_t, 8> question{op};
        std::array<std::int64_t, 8> answer{};
        AWAIT connection.client.write(std::as_bytes(std::span(question)));
        const IoResult came = AWAIT connection.client.read(std::as_writable_bytes(std::span(answer)));
        connection.answered.count += came.bytes == sizeof(answer);
        connection.answered.sum += answer[0];
      }
      connection.client.close();
      all.done();
    });
  }
  AWAIT all.wait();
  for (const Connection& connection : connections) {
    pass.tally.count += connection.answered.count;
    pass.tally.sum += connection.answered.sum;
  }
}

Tally expected(const Pass& pass) {
  return {.count = pass.ops, .sum = pass.ops * (pass.ops - 1) / 2};
}

const Registration registered{{
    .name = "echo",
    .unit = "answer",
    .group = "network",
    .needs = {"G1", "G2", "P1", "P2", "P3", "W1"},
    .cases = {{.params = {{"clients", "1"}}}, {.params = {{"clients", "64"}}}},
    .body = echo,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
