// SPDX-License-Identifier: Apache-2.0
// A tree of a hundred thousand contexts, ten below each, is made and canceled at its root; a thousand
// goroutines wait for its last ones. One op is a context.
//
// Measures: making a context below another, reaching all of them with one cancel, letting go of them.
// Does not measure: deadlines, values, or contexts that come and go while one is canceled.
// Origin: the article's "context cancels gracefully": every goroutine below must hear of it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kContexts = 100'000;
constexpr std::int64_t kWaiters = 1'000;
constexpr std::size_t kBelow = 10;

Task context_tree(Pass& pass) {
  const auto [root, cancel] = with_cancel(background());
  std::vector<Context> tree{root};
  tree.reserve(static_cast<std::size_t>(pass.ops) + 1);
  for (std::int64_t i = 0; i < pass.ops; ++i)
    tree.push_back(with_cancel(tree[static_cast<std::size_t>(i) / kBelow]).context);
  const std::int64_t waiters = std::min(kWaiters, pass.ops);
  WaitGroup waiting(waiters);
  WaitGroup woken(waiters);
  for (auto context = tree.end() - waiters; context != tree.end(); ++context) {
    go([context = *context, &waiting, &woken]() -> Task {
      waiting.done();
      const auto value = AWAIT context.done().recv();
      if (!value) woken.done();
    });
  }
  AWAIT waiting.wait();
  cancel();
  AWAIT woken.wait();
  for (const Context& context : tree)
    pass.tally.count += context.err() == ContextError::kCanceled;
}

Tally expected(const Pass& pass) { return {.count = pass.ops + 1}; }

const Registration registered{{
    .name = "context_tree",
    .unit = "context",
    .group = "sync and time",
    .needs = {"G1", "G2", "X1", "W1"},
    .cases = {{.params = {{"waiters", "1000"}}, .fixed_ops = kContexts}},
    .body = context_tree,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
