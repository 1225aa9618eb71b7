// SPDX-License-Identifier: Apache-2.0
// Which worker runs the caller. A goroutine may ask before and after a switch, and be on another
// thread.
//
// So no compiler may keep the address of the thread-local over a switch: GCC does with -fPIC, Clang
// does for errno. The accessor is never inlined, and the empty asm keeps it from being taken for a
// pure function.
#pragma once

namespace gauntlet::impls::work_stealing {

class Worker;

inline constinit thread_local Worker* worker_of_this_thread = nullptr;

/// Null on a thread that is no worker. The answer holds until the caller's next park or yield.
[[gnu::noinline]] inline Worker* current_worker() {
  asm volatile("");
  return worker_of_this_thread;
}

/// For the worker's thread itself, which does not migrate.
[[gnu::noinline]] inline void set_current_worker(Worker* worker) {
  asm volatile("");
  worker_of_this_thread = worker;
}

}  // namespace gauntlet::impls::work_stealing
