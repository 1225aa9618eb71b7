// SPDX-License-Identifier: Apache-2.0
// The prime sieve: each prime is a goroutine that lets pass what it does not divide. One op is a prime found.
//
// Measures: a long chain of unbuffered channels with all of its goroutines busy; it can use many workers.
// Does not measure: how to find primes. The source ends at the last prime wanted, so that everyone ends.
// Origin: Doug McIlroy's sieve, in Go's first examples and in Hoare's "Communicating Sequential Processes".
#include <cstdint>
#include <deque>
#include <vector>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

constexpr std::int64_t kPrimes = 2000;

/// The first `count` primes by trial division; computed once per process, outside the timed passes.
const std::vector<std::int64_t>& first_primes(std::int64_t count) {
  static std::vector<std::int64_t> primes;
  for (std::int64_t n = primes.empty() ? 2 : primes.back() + 1; std::ssize(primes) < count; ++n) {
    bool is_prime = true;
    for (std::size_t i = 0; is_prime && i < primes.size() && primes[i] * primes[i] <= n; ++i)
      is_prime = n % primes[i] != 0;
    if (is_prime) primes.push_back(n);
  }
  return primes;
}

Task filter(Channel<std::int64_t>& in, Channel<std::int64_t>& out, std::int64_t prime) {
  while (const auto number = AWAIT in.recv())
    if (*number % prime != 0) AWAIT out.send(*number);
  out.close();
}

Task sieve(Pass& pass) {
  const std::int64_t last = first_primes(pass.ops)[static_cast<std::size_t>(pass.ops) - 1];
  std::deque<Channel<std::int64_t>> links;
  WaitGroup goroutines(pass.ops + 1);
  auto* in = &links.emplace_back(0);
  go([in, last, &goroutines]() -> Task {
    for (std::int64_t number = 2; number <= last; ++number) AWAIT in->send(number);
    in->close();
    goroutines.done();
  });
  while (const auto prime = AWAIT in->recv()) {
    pass.tally.sum += *prime;
    ++pass.tally.count;
    auto* out = &links.emplace_back(0);
    go([in, out, prime = *prime, &goroutines]() -> Task {
      AWAIT filter(*in, *out, prime);
      goroutines.done();
    });
    in = out;
  }
  AWAIT goroutines.wait();
}

Tally expected(const Pass& pass) {
  Tally tally{.count = pass.ops};
  for (std::int64_t i = 0; i < pass.ops; ++i)
    tally.sum += first_primes(pass.ops)[static_cast<std::size_t>(i)];
  return tally;
}

const Registration registered{{
    .name = "sieve",
    .unit = "prime",
    .group = "channels",
    .needs = {"G1", "G2", "C1", "C2", "C5", "C7", "C8", "W1"},
    .cases = {{{}, kPrimes}},
    .body = sieve,
    .expected = expected,
}};

}  // namespace
}  // namespace gauntlet
