// SPDX-License-Identifier: Apache-2.0
// Tests of the work_stealing runtime that hold for any number of workers; 8 oversubscribe most
// machines.
#pragma once

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "harness/colour/blocking.hpp"
#include "impls/work_stealing/runtime.hpp"

namespace gauntlet::impls::work_stealing {

using WaitGroup = PortableWaitGroup<Runtime>;
template <class T>
using Channel = PortableChannel<Runtime, T>;

/// The kernel's number of the calling thread: unlike pthread_self(), no compiler remembers it over
/// a switch.
inline long thread_number() { return syscall(SYS_gettid); }

class WithWorkers : public ::testing::TestWithParam<unsigned> {
 protected:
  static unsigned workers() { return GetParam(); }

  template <class F>
  static void run(F&& root) {
    Runtime::run({.workers = workers(), .seed = 7}, std::forward<F>(root));
  }
};

inline std::string workers_name(const ::testing::TestParamInfo<unsigned>& info) {
  return "w" + std::to_string(info.param);
}

}  // namespace gauntlet::impls::work_stealing

#define GAUNTLET_WITH_WORKERS(suite) \
  INSTANTIATE_TEST_SUITE_P(, suite, ::testing::Values(1U, 2U, 4U, 8U), workers_name)
