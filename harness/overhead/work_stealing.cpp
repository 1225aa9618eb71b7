// SPDX-License-Identifier: Apache-2.0
// Ping-pong on the work-stealing runtime with the portable channel, and nothing else of the
// harness.
//
// Not with handoff.hpp: that lacks the queues and the close() of a Go channel and takes half the
// time here, so it would show what a whole channel costs and not what the harness adds.
#include <cstdint>

#include "harness/colour/blocking.hpp"
#include "harness/overhead/stopwatch.hpp"
#include "impls/work_stealing/runtime.hpp"

namespace {

using Runtime = gauntlet::impls::work_stealing::Runtime;

std::int64_t ping_pong(std::int64_t ops) {
  gauntlet::PortableChannel<Runtime, std::int64_t> ping;
  gauntlet::PortableChannel<Runtime, std::int64_t> pong;
  gauntlet::PortableWaitGroup<Runtime> players(2);
  std::int64_t sum = 0;
  Runtime::go([&] {
    for (std::int64_t i = 0; i < ops; ++i) {
      ping.send(i);
      sum += *pong.recv();
    }
    players.done();
  });
  Runtime::go([&] {
    for (std::int64_t i = 0; i < ops; ++i) pong.send(*ping.recv() + 1);
    players.done();
  });
  players.wait();
  return sum;
}

}  // namespace

int main(int count, char** values) {
  const gauntlet::overhead::Arguments arguments(count, values);
  gauntlet::RunConfig config;
  config.workers = arguments.workers;
  Runtime::run(config,
               [&] { gauntlet::overhead::time_passes("work_stealing", arguments, ping_pong); });
}
