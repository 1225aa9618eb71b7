// SPDX-License-Identifier: Apache-2.0
// Runs when memory may be gone: it allocates nothing, and does not fail twice.
#include "harness/last_words.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>

#include "harness/contract/panic.hpp"
#include "harness/supervisor.hpp"

namespace gauntlet {
namespace {

const std::atomic<std::int64_t>* started = nullptr;
std::atomic_flag speaking = ATOMIC_FLAG_INIT;

[[noreturn]] void did_not_finish(const char* why) {
  char reason[256];
  // relaxed: a snapshot; the goroutine that failed is the one that set it.
  const auto mark = static_cast<long long>(started->load(std::memory_order_relaxed));
  if (mark > 0)
    std::snprintf(reason, sizeof(reason), "%s, after %lld goroutines were started", why, mark);
  else
    std::snprintf(reason, sizeof(reason), "%s", why);
  std::_Exit(tell(ExitCode::kDidNotFinish, reason));
}

[[noreturn]] void last_words() {
  static thread_local bool is_speaker = false;
  if (is_speaker) did_not_finish("failed again while telling why");
  // relaxed: only the first thread in speaks, and ends the process; the others wait for that.
  if (speaking.test_and_set(std::memory_order_relaxed))
    for (;;) pause();
  is_speaker = true;
  const std::exception_ptr failure = std::current_exception();
  if (failure == nullptr) std::abort();  // Terminated without an exception: a bug of the lane.
  try {
    std::rethrow_exception(failure);
  } catch (const GoroutineLimit& limit) {
    did_not_finish(limit.what());
  } catch (const std::bad_alloc&) {
    did_not_finish("out of memory or memory maps");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gauntlet: unhandled exception: %s\n", error.what());
  } catch (...) {
    std::fprintf(stderr, "gauntlet: unhandled exception that is no std::exception\n");
  }
  std::abort();
}

}  // namespace

void end_with_a_reason(const std::atomic<std::int64_t>& started_mark) {
  started = &started_mark;
  std::set_terminate(last_words);
}

}  // namespace gauntlet
