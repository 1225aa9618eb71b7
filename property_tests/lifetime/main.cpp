// SPDX-License-Identifier: Apache-2.0
// Lifetimes across parks, for AddressSanitizer and LeakSanitizer, or for valgrind's memcheck: `lifetime_LANE CASE`.
// What must be reported (N9 among it) ends the program with the report; what must not is followed by "as it should be".
#if defined(GAUNTLET_VALGRIND)
#include <valgrind/memcheck.h>
#else
#include <sanitizer/lsan_interface.h>
#endif

#include <cstdio>
#include <memory>
#include <string_view>

#include "harness/under_test.hpp"

namespace {

using namespace gauntlet;

void keep(const int& value) { asm volatile("" : : "r"(value) : "memory"); }

/// Whether the tool knows of a block that nobody refers to, by now.
bool leaks_so_far() {
#if defined(GAUNTLET_VALGRIND)
  unsigned long lost = 0;
  [[maybe_unused]] unsigned long dubious = 0, reachable = 0, suppressed = 0;
  VALGRIND_DO_QUICK_LEAK_CHECK;
  VALGRIND_COUNT_LEAK_BLOCKS(lost, dubious, reachable, suppressed);
  return lost != 0;
#else
  return __lsan_do_recoverable_leak_check() != 0;
#endif
}

/// N9: the goroutine outlives the frame that it refers to, and looks at it after a park.
Task start_and_leave(Channel<int>& go_on, WaitGroup& done) {
  int local = 7;
  go([&go_on, &done, &local]() -> Task {
    (void)AWAIT go_on.recv();
    keep(local);
    done.done();
  });
  AWAIT yield();
}

Task frame_that_is_gone() {
  Channel<int> go_on{0};
  WaitGroup done{1};
  AWAIT start_and_leave(go_on, done);
  AWAIT go_on.send(0);
  AWAIT done.wait();
}

/// A goroutine looks at its own block after it has given it back, with a park in between.
Task block_that_is_gone() {
  auto block = std::make_unique<int>(7);
  const int* const volatile gone = block.get();  // Or the compiler would see through it, and warn.
  block.reset();
  AWAIT yield();
  keep(*gone);
}

/// Only a parked goroutine knows the block: it is no leak.
Task block_of_a_parked_goroutine() {
  Channel<int> parked{0};
  Channel<int> go_on{0};
  WaitGroup done{1};
  go([&]() -> Task {
    auto* block = new int(7);
    AWAIT parked.send(0);
    (void)AWAIT go_on.recv();
    keep(*block);
    delete block;
    done.done();
  });
  (void)AWAIT parked.recv();
  for (int i = 0; i < 20; ++i) AWAIT yield();
  const bool leaks = leaks_so_far();
  AWAIT go_on.send(0);
  AWAIT done.wait();
  std::puts(leaks ? "a parked goroutine's block was taken for a leak" : "as it should be");
}

/// Nobody knows the block.
[[gnu::noinline]] void lose_a_block() {
  int* volatile lost = new int[777];
  keep(*lost);
  lost = nullptr;
}
Task block_that_nobody_knows() {
  lose_a_block();
  AWAIT yield();
}

struct Case {
  std::string_view name;
  Task (*body)();
};
constexpr Case kCases[] = {{"N9_frame_that_is_gone", frame_that_is_gone},
                           {"block_that_is_gone", block_that_is_gone},
                           {"block_of_a_parked_goroutine", block_of_a_parked_goroutine},
                           {"block_that_nobody_knows", block_that_nobody_knows}};

}  // namespace

int main(int argc, char** argv) {
  RunConfig config;
  config.workers = 2;
  for (const Case& each : kCases) {
    if (argc != 2 || each.name != argv[1]) continue;
    run(config, [body = each.body]() -> Task { AWAIT body(); });
    return 0;
  }
  std::fprintf(stderr, "gauntlet: '%s' is no case of lifetime\n", argc > 1 ? argv[1] : "");
  return 2;
}
