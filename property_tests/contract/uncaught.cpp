// SPDX-License-Identifier: Apache-2.0
// Contract of a program's sudden end: rules R1 (an exception that nobody catches) and R2 (a stack that is used
// up). Each is seen from a process of its own.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstddef>
#include <stdexcept>

#include "property_tests/contract/needs_reports.hpp"

namespace gauntlet::contract {
namespace {

/// Fills the stack, whatever its size. The address of each frame is used, so that none is optimised away.
[[gnu::noinline]] std::size_t descend(volatile std::size_t* above) {
  volatile std::size_t here[16] = {};
  here[0] = *above + 1;
  if (here[0] == 0) return 0;  // Never: the stack ends first.
  const std::size_t below = descend(here);
  return below + here[0];
}

}  // namespace

using Uncaught = NeedsReports;
using StackOverflow = NeedsReports;

TEST_F(Uncaught, R1_exception_ends_the_program_and_names_goroutine_site_and_message) {
  const auto program = [] {
    drive([]() -> Task {
      go([]() -> Task {
        AWAIT yield();
        throw std::runtime_error("all is lost");
      });
      AWAIT yield();
    });
  };
  EXPECT_DEATH(program(),
               "uncaught exception in goroutine 2 \\(started at .*uncaught.cpp:[0-9]+, by goroutine 1\\): all is lost");
}

TEST_F(Uncaught, R1_exception_of_the_root_names_the_root) {
  const auto program = [] {
    drive([]() -> Task {
      AWAIT yield();
      throw std::runtime_error("at once");
    });
  };
  EXPECT_DEATH(program(), "uncaught exception in goroutine 1 \\(.*, the root\\): at once");
}

TEST_F(Uncaught, R1_what_is_no_std_exception_is_told_too) {
  const auto program = [] {
    drive([]() -> Task {
      AWAIT yield();
      throw 7;
    });
  };
  EXPECT_DEATH(program(), "uncaught exception in goroutine 1 .*, not a std one");
}

TEST_F(StackOverflow, R2_is_told_with_goroutine_and_spawn_site) {
  const auto program = [] {
    drive([]() -> Task {
      go([]() -> Task {
        AWAIT yield();
        volatile std::size_t top = 0;
        descend(&top);
      });
      AWAIT yield();
    });
  };
  EXPECT_DEATH(program(), "goroutine stack overflow: goroutine 2, started at .*uncaught.cpp:[0-9]+");
}

TEST_F(StackOverflow, R2_an_ordinary_fault_is_not_taken_for_one) {
  const auto program = [] {
    drive([]() -> Task {
      AWAIT yield();
      volatile int* nowhere = nullptr;
      *nowhere = 1;  // NOLINT: the point.
    });
  };
  const auto is_no_abort = [](int status) { return !WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT; };
  EXPECT_EXIT(program(), is_no_abort, "");
}

}  // namespace gauntlet::contract
