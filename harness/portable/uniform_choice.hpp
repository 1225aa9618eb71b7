// SPDX-License-Identifier: Apache-2.0
// One of n with equal chances, for a select with several ready cases (S2). Each thread draws from a stream
// of its own: splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
#pragma once

#include <atomic>
#include <cstdint>

namespace gauntlet {

struct ThreadChoice {
  /// Less than `bound`, which is not 0. Not inlined: a goroutine that moves to another thread must not go on
  /// with the address of this thread's stream.
  [[gnu::noinline]] static std::uint32_t below(std::uint32_t bound) {
    static thread_local std::uint64_t state = first_of_a_stream();
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    mixed ^= mixed >> 31U;
    // Lemire's multiply-shift; its bias is below bound / 2^32.
    return static_cast<std::uint32_t>(((mixed >> 32U) * bound) >> 32U);
  }

 private:
  static std::uint64_t first_of_a_stream() {
    static std::atomic<std::uint64_t> streams{0};
    // relaxed: only makes the streams differ.
    return (streams.fetch_add(1, std::memory_order_relaxed) + 1) * 0xD1342543DE82EF95U;
  }
};

}  // namespace gauntlet
