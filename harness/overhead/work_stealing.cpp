// SPDX-License-Identifier: Apache-2.0
// Ping-pong on the raw verbs of the work-stealing runtime and a channel written by hand.
#include <atomic>
#include <cstdint>
#include <utility>

#include "harness/overhead/handoff.hpp"
#include "harness/overhead/stopwatch.hpp"
#include "impls/work_stealing/runtime.hpp"

namespace {

struct Verbs : gauntlet::impls::work_stealing::Runtime {
  static void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }
};

/// Two count down, one waits: whoever comes last of the three goes on, or lets the waiting one go
/// on.
class Join {
 public:
  void done() {
    // acq_rel: the last one sees what the others did, and the handle.
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) Verbs::resume(waiting_);
  }
  void wait() {
    Verbs::suspend([this](Verbs::Handle self) {
      waiting_ = self;
      done();
      return true;
    });
  }

 private:
  std::atomic<int> left_{3};
  Verbs::Handle waiting_{};
};

}  // namespace

int main(int count, char** values) {
  const gauntlet::overhead::Arguments arguments(count, values);
  Verbs::run({.workers = arguments.workers}, [&] {
    gauntlet::overhead::time_passes("work_stealing", arguments,
                                    gauntlet::overhead::ping_pong<Verbs, Join>);
  });
}
