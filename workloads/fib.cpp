// SPDX-License-Identifier: Apache-2.0
// Fibonacci numbers by fork and join: each number starts a goroutine for the one before it, computes the one
// before that itself, and waits. One op is a fork and its join.
//
// Measures: goroutines that do almost nothing: the price of making work for others, taken or not.
// Does not measure: Fibonacci numbers, or sharing out work that is worth it (parallel_work does).
// Origin: the fork-join benchmark since Cilk (Blumofe and others 1995). No cut-off: every call forks.
#include <cstdint>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kForks = 121'392;  // Those of fib(25).

/// answer: how many forks it took, and the number.
Task fib(int n, Tally& answer, WaitGroup* over) {
  if (n < 2) {
    answer = {0, n};
  } else {
    Tally left;
    Tally right;
    WaitGroup child(1);
    go([n, &left, &child] { return fib(n - 1, left, &child); });
    AWAIT fib(n - 2, right, nullptr);
    AWAIT child.wait();
    answer = {left.count + right.count + 1, left.sum + right.sum};
  }
  if (over != nullptr) over->done();
}

struct Tree {
  int n = 1;
  Tally answer{0, 1};
};

/// The largest tree of at most so many forks, and at least one.
Tree largest(std::int64_t forks) {
  Tally before;
  Tree tree;
  while (before.count + tree.answer.count + 1 <= forks) {
    const Tally next{before.count + tree.answer.count + 1, before.sum + tree.answer.sum};
    before = tree.answer;
    tree = {tree.n + 1, next};
  }
  return tree;
}

Task fork_join(Pass& pass) {
  while (pass.tally.count < pass.ops) {  // One tree, unless --ops asks for some other number.
    Tally answer;
    AWAIT fib(largest(pass.ops - pass.tally.count).n, answer, nullptr);
    pass.tally.count += answer.count;
    pass.tally.sum += answer.sum;
  }
}

Tally expected(const Pass& pass) {
  Tally tally;
  while (tally.count < pass.ops) {
    const Tree tree = largest(pass.ops - tally.count);
    tally.count += tree.answer.count;
    tally.sum += tree.answer.sum;
  }
  return tally;
}

const Registration registered{{
    .name = "fib",
    .unit = "fork and join",
    .group = "scheduling",
    .needs = {"G1", "G2", "W1"},
    .cases = {{{}, kForks}},
    .body = fork_join,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
