// SPDX-License-Identifier: Apache-2.0
// Ping-pong on oneTBB alone: resumable tasks in a task_arena, and a channel written by hand.
#include <immintrin.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <atomic>
#include <cstdint>
#include <future>
#include <utility>

#include "harness/overhead/handoff.hpp"
#include "harness/overhead/stopwatch.hpp"

namespace {

struct Tbb {
  using Handle = tbb::task::suspend_point;

  template <class F>
  static void go(F&& job) {
    group->run(std::forward<F>(job));
  }
  template <class F>
  static void suspend(F&& publish) {
    tbb::task::suspend([&publish](Handle self) { publish(self); });
  }
  static void resume(Handle handle) { tbb::task::resume(handle); }
  static void relax() { _mm_pause(); }

  static inline tbb::task_group* group = nullptr;
};

/// Two count down, one waits: whoever comes last of the three goes on, or lets the waiting one go
/// on.
class Join {
 public:
  void done() {
    // acq_rel: the last one sees what the others did, and the handle.
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) Tbb::resume(waiting_);
  }
  void wait() {
    Tbb::suspend([this](Tbb::Handle self) {
      waiting_ = self;
      done();
    });
  }

 private:
  std::atomic<int> left_{3};
  Tbb::Handle waiting_{};
};

}  // namespace

int main(int count, char** values) {
  const gauntlet::overhead::Arguments arguments(count, values);
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism,
                                    arguments.workers + 1);
  const tbb::global_control stacks(tbb::global_control::thread_stack_size, 64 * 1024);
  tbb::task_arena arena(static_cast<int>(arguments.workers), 0);
  tbb::task_group group;
  Tbb::group = &group;
  std::promise<void> over;
  arena.enqueue([&] {
    gauntlet::overhead::time_passes("tbb", arguments, gauntlet::overhead::ping_pong<Tbb, Join>);
    over.set_value();
  });
  over.get_future().wait();
  group.wait();
}
