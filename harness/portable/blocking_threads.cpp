// SPDX-License-Identifier: Apache-2.0
// A queue and a number of threads that live as long as the process.
#include "harness/portable/blocking_threads.hpp"

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "harness/portable/census.hpp"
#include "harness/portable/cores.hpp"

namespace gauntlet {
namespace {

struct Queue {
  std::mutex mutex;  // Guards all below.
  std::condition_variable changed;
  BlockingCall* first = nullptr;
  BlockingCall* last = nullptr;
  std::size_t waiting = 0;
  std::size_t idle = 0;
  std::size_t threads = 0;
};
Queue& queue = *new Queue;  // Never destroyed: its threads outlive main().

}  // namespace

void BlockingThreads::submit(BlockingCall& call) noexcept {
  Census::one_more_busy();  // The thread will wake somebody.
  std::unique_lock lock(queue.mutex);
  if (queue.last != nullptr)
    queue.last->next_ = &call;
  else
    queue.first = &call;
  queue.last = &call;
  ++queue.waiting;

  const auto take = [] {
    BlockingCall* taken = queue.first;
    queue.first = taken->next_;
    if (queue.first == nullptr) queue.last = nullptr;
    --queue.waiting;
    return taken;
  };
  const auto serve = [take] {
    Cores::use_all();
    std::unique_lock held(queue.mutex);
    for (;;) {
      ++queue.idle;
      queue.changed.wait(held, [] { return queue.first != nullptr; });
      --queue.idle;
      BlockingCall* taken = take();
      held.unlock();
      taken->make();
      Census::one_less_busy();  // After the goroutine that it woke was counted.
      held.lock();
    }
  };
  if (queue.idle < queue.waiting && queue.threads < kMostThreads) {
    try {
      std::thread(serve).detach();
      ++queue.threads;
    } catch (const std::system_error&) {
      if (queue.threads == 0) {
        BlockingCall* taken = take();
        lock.unlock();
        taken->make();
        Census::one_less_busy();
        return;
      }
    }
  }
  lock.unlock();
  queue.changed.notify_one();
}

}  // namespace gauntlet
