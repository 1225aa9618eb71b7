// SPDX-License-Identifier: Apache-2.0
// What backtrace.py looks at under gdb: goroutines that stop in a function of the user's, at the ends of
// their different lives. Argument: a case of the table in main().
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "harness/colour/blocking.hpp"
#include "impls/work_stealing/runtime.hpp"

namespace {

using gauntlet::impls::work_stealing::Runtime;
using WaitGroup = gauntlet::PortableWaitGroup<Runtime>;

constexpr unsigned kWorkers = 2;
Runtime::Handle parked = nullptr;  // Of the case "parked", for gdb.

}  // namespace

// Outside of namespaces, so that gdb prints bare names. Never inlined; the empty asm behind each call keeps it
// from becoming a jump.
[[gnu::noinline]] void stop_here() { asm volatile("" ::: "memory"); }

[[gnu::noinline]] void user_leaf(void (*act)()) {
  act();
  asm volatile("" ::: "memory");
}

[[gnu::noinline]] void user_middle(void (*act)()) {
  char room[300];
  asm volatile("" ::"r"(room) : "memory");
  user_leaf(act);
  asm volatile("" ::"r"(room) : "memory");
}

namespace {

void at_its_first_run() {
  Runtime::run({.workers = kWorkers}, [] { user_middle(&stop_here); });
}

/// On the stack of a goroutine that has ended.
void on_a_stack_that_served_before() {
  Runtime::run({.workers = 1}, [] {
    for (int i = 0; i < 3; ++i) Runtime::go([] { Runtime::yield(); });
    for (int i = 0; i < 10; ++i) Runtime::yield();
    Runtime::go([] { user_middle(&stop_here); });
  });
}

void after_a_thousand_parks() {
  Runtime::run({.workers = kWorkers}, [] {
    WaitGroup all(4);
    for (int i = 0; i < 4; ++i)
      Runtime::go([&all, i] {
        for (int k = 0; k < 1000; ++k)
          Runtime::suspend([](Runtime::Handle self) {
            Runtime::resume(self);
            return true;
          });
        if (i == 0) user_middle(&stop_here);
        all.done();
      });
    all.wait();
  });
}

/// Stops in the root, while another goroutine is parked below user_leaf.
void parked_elsewhere() {
  Runtime::run({.workers = 1}, [] {
    Runtime::go([] {
      user_middle([] {
        Runtime::suspend([](Runtime::Handle self) {
          parked = self;
          return true;
        });
      });
    });
    while (parked == nullptr) Runtime::yield();
    stop_here();
    Runtime::resume(parked);
  });
}

void uncaught() {
  Runtime::run({.workers = 1},
               [] { user_middle([] { throw std::runtime_error("nobody catches this"); }); });
}

}  // namespace

int main(int argc, char** argv) {
  struct Case {
    const char* name;
    void (*run)();
  };
  constexpr Case kCases[] = {{"at_its_first_run", &at_its_first_run},
                             {"on_a_stack_that_served_before", &on_a_stack_that_served_before},
                             {"after_a_thousand_parks", &after_a_thousand_parks},
                             {"parked_elsewhere", &parked_elsewhere},
                             {"uncaught", &uncaught}};
  for (const Case& one : kCases) {
    if (argc != 2 || std::strcmp(argv[1], one.name) != 0) continue;
    one.run();
    return 0;
  }
  std::fprintf(stderr, "usage: backtrace_program CASE\n");
  return 2;
}
