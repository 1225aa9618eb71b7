// SPDX-License-Identifier: Apache-2.0
// One fork, one wait, one line.
#include "harness/supervisor.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

namespace gauntlet {
namespace {

const char* word_for(ExitCode code) {
  switch (code) {
    case ExitCode::kOk:
      return "ok";
    case ExitCode::kWrong:
      return "WRONG";
    case ExitCode::kBadInput:
      return "bad input";
    case ExitCode::kDidNotFinish:
      return "DNF";
    case ExitCode::kNotAvailable:
      return "n/a";
  }
  return "unknown";
}

}  // namespace

int tell(ExitCode code, const char* reason) {
  std::fflush(stdout);
  std::fprintf(stderr, "gauntlet: %s: %s\n", word_for(code), reason);
  return static_cast<int>(code);
}

int supervise(const std::function<int(std::atomic<std::int64_t>&)>& measure) {
  using Mark = std::atomic<std::int64_t>;
  void* shared = mmap(nullptr, sizeof(Mark), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return tell(ExitCode::kBadInput, "no memory for the supervisor");
  auto& started = *::new (shared) Mark(0);

  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) return tell(ExitCode::kBadInput, std::string("cannot fork: ") + std::strerror(errno));
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // A killed parent must not leave a benchmark running.
    if (getppid() != parent) std::_Exit(static_cast<int>(ExitCode::kDidNotFinish));
    std::exit(measure(started));
  }

  std::signal(SIGINT, SIG_IGN);  // The child gets it too, and decides.
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  const int signal = WTERMSIG(status);
  // relaxed: the child is gone; waitpid() ordered everything it did before this.
  const std::int64_t mark = started.load(std::memory_order_relaxed);
  std::string reason = std::string("crashed with SIG") + sigabbrev_np(signal);
  if (mark > 0) reason += " after " + std::to_string(mark) + " goroutines were started";
  return tell(ExitCode::kDidNotFinish, reason);
}

}  // namespace gauntlet
