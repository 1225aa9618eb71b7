// SPDX-License-Identifier: Apache-2.0
// The handler does the one thing that it may: it posts a semaphore.
#include "harness/portable/quit_dump.hpp"

#include <semaphore.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

#include "harness/portable/goroutine_dump.hpp"

namespace gauntlet {
namespace {

constexpr int kExitCode = 2;  // As Go's.
sem_t asked;

void handle(int) { sem_post(&asked); }

[[noreturn]] void serve() {
  while (sem_wait(&asked) != 0) {  // EINTR
  }
  const std::string text = "gauntlet: SIGQUIT: who is alive\n\n" + dump_goroutines();
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
  std::_Exit(kExitCode);
}

}  // namespace

void dump_on_quit() {
  static std::once_flag once;
  std::call_once(once, [] {
    sem_init(&asked, 0, 0);
    std::thread(serve).detach();
    struct sigaction action {};
    action.sa_handler = &handle;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGQUIT, &action, nullptr);
  });
}

}  // namespace gauntlet
