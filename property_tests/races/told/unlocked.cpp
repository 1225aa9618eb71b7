// SPDX-License-Identifier: Apache-2.0
// Programs as users write them, each with one race: `race_told_LANE integer|vector|structure`. told.py holds the
// report against the marks: "access: CASE" on the two lines that race, "spawn: CASE" where their goroutines start.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "harness/under_test.hpp"

namespace {

using namespace gauntlet;

Task integer() {
  int hits = 0;
  Channel<int> over{2};
  go([&]() -> Task {  // spawn: integer
    ++hits;           // access: integer
    AWAIT over.send(1);
  });
  go([&]() -> Task {  // spawn: integer
    hits += 2;        // access: integer
    AWAIT over.send(2);
  });
  (void)AWAIT over.recv();
  (void)AWAIT over.recv();
}

Task vector() {
  std::vector<std::string> lines;
  Channel<int> over{2};
  go([&]() -> Task {           // spawn: vector
    lines.push_back("first");  // access: vector
    AWAIT over.send(1);
  });
  go([&]() -> Task {            // spawn: vector
    lines.push_back("second");  // access: vector
    AWAIT over.send(2);
  });
  (void)AWAIT over.recv();
  (void)AWAIT over.recv();
}

struct Account {
  long balance = 100;
  long withdrawals = 0;

  void withdraw(long amount) {
    balance -= amount;  // access: structure
    ++withdrawals;
  }
};

Task structure() {
  Account account;
  Channel<long> seen{2};
  go([&]() -> Task {  // spawn: structure
    account.withdraw(30);
    AWAIT seen.send(0);
  });
  go([&]() -> Task {                       // spawn: structure
    const long balance = account.balance;  // access: structure
    AWAIT seen.send(balance);
  });
  (void)AWAIT seen.recv();
  (void)AWAIT seen.recv();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  RunConfig config;
  config.workers = 2;
  if (name == "integer") {
    run(config, []() -> Task { AWAIT integer(); });
  } else if (name == "vector") {
    run(config, []() -> Task { AWAIT vector(); });
  } else if (name == "structure") {
    run(config, []() -> Task { AWAIT structure(); });
  } else {
    std::fprintf(stderr, "gauntlet: '%s' is no case; known: integer vector structure\n", argc > 1 ? argv[1] : "");
    return 2;
  }
}
