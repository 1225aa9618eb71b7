// SPDX-License-Identifier: Apache-2.0
// Which worker runs the caller. A goroutine may ask before and after a switch, and be on another
// thread.
//
// So no compiler may keep the address of the thread-local over a switch: GCC does with -fPIC, Clang
// does for errno. In an executable on x86_64 the accessor is one volatile instruction, which names the
// variable by its offset from the thread's base, so that there is no address to keep. Elsewhere it is a
// call: never inlined, and the empty asm keeps it from being taken for a pure function.
#pragma once

#if defined(__x86_64__) && (!defined(__PIC__) || defined(__PIE__))
#define GAUNTLET_WORKER_BY_OFFSET 1
#endif

namespace gauntlet::impls::work_stealing {

class Worker;

inline constinit thread_local Worker* worker_of_this_thread
    asm("gauntlet_work_stealing_worker_of_this_thread") = nullptr;

#if defined(GAUNTLET_WORKER_BY_OFFSET)
/// Null on a thread that is no worker. The answer holds until the caller's next park or yield.
[[gnu::always_inline]] inline Worker* current_worker() {
  Worker* worker;
  asm volatile("movq %%fs:gauntlet_work_stealing_worker_of_this_thread@tpoff, %0" : "=r"(worker));
  return worker;
}
#else
/// Null on a thread that is no worker. The answer holds until the caller's next park or yield.
[[gnu::noinline]] inline Worker* current_worker() {
  asm volatile("");
  return worker_of_this_thread;
}
#endif

/// For the worker's thread itself, which does not migrate.
[[gnu::noinline]] inline void set_current_worker(Worker* worker) {
  asm volatile("");
  worker_of_this_thread = worker;
}

}  // namespace gauntlet::impls::work_stealing

#undef GAUNTLET_WORKER_BY_OFFSET
