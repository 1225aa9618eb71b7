// SPDX-License-Identifier: Apache-2.0
// Ping-pong on Boost.Fiber alone: work_stealing, unbuffered_channel, as its documentation has it.
#include <boost/fiber/algo/work_stealing.hpp>
#include <boost/fiber/condition_variable.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/fixedsize_stack.hpp>
#include <boost/fiber/mutex.hpp>
#include <boost/fiber/operations.hpp>
#include <boost/fiber/unbuffered_channel.hpp>
#include <cstdint>
#include <cstdlib>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

#include "harness/overhead/stopwatch.hpp"

namespace {

namespace bf = boost::fibers;

template <class F>
bf::fiber start(F&& job) {
  return bf::fiber(bf::launch::post, std::allocator_arg, bf::fixedsize_stack(64 * 1024),
                   std::forward<F>(job));
}

std::int64_t ping_pong(std::int64_t ops) {
  bf::unbuffered_channel<std::int64_t> ping;
  bf::unbuffered_channel<std::int64_t> pong;
  std::int64_t sum = 0;
  bf::fiber first = start([&] {
    for (std::int64_t i = 0; i < ops; ++i) {
      ping.push(i);
      std::int64_t answer = 0;
      pong.pop(answer);
      sum += answer;
    }
  });
  bf::fiber second = start([&] {
    for (std::int64_t i = 0; i < ops; ++i) {
      std::int64_t question = 0;
      ping.pop(question);
      // Named, as in the other fiber: with one caller for each overload of push() the compiler would inline both here,
      // and a frame less is 7 ns less. A program of any size calls push() more than once.
      const std::int64_t answer = question + 1;
      pong.push(answer);
    }
  });
  first.join();
  second.join();
  return sum;
}

}  // namespace

int main(int count, char** values) {
  const gauntlet::overhead::Arguments arguments(count, values);
  const bool suspend = arguments.workers == 1;  // As the lane: see impls/boost_fiber/README.md.
  bf::mutex mutex;
  bf::condition_variable over_now;
  bool over = false;
  std::latch all_idle(arguments.workers);
  std::vector<std::thread> others;
  for (unsigned i = 1; i < arguments.workers; ++i) {
    others.emplace_back([&] {
      bf::use_scheduling_algorithm<bf::algo::work_stealing>(arguments.workers, suspend);
      {
        std::unique_lock lock(mutex);
        over_now.wait(lock, [&] { return over; });
      }
      all_idle.arrive_and_wait();
    });
  }
  bf::use_scheduling_algorithm<bf::algo::work_stealing>(arguments.workers, suspend);
  start([&] { gauntlet::overhead::time_passes("boost_fiber", arguments, ping_pong); }).join();
  {
    const std::lock_guard lock(mutex);
    over = true;
  }
  over_now.notify_all();
  all_idle.arrive_and_wait();
  for (std::thread& other : others) other.join();
}
