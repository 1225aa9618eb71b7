// SPDX-License-Identifier: Apache-2.0
// A number that one thread counts and any thread may read. No read-modify-write, and no line that two threads
// write: who does not read pays nothing, who counts pays what a plain variable costs.
#pragma once

#include <atomic>
#include <cstdint>

namespace gauntlet::impls::work_stealing {

class OwnCount {
 public:
  explicit OwnCount(std::uint64_t first = 0) : value_(first) {}

  /// The owner only.
  void add(std::uint64_t more = 1) { become(read() + more); }
  void become(std::uint64_t count) {
    // relaxed: only the owner writes, and whoever reads wants the number, nothing behind it.
    value_.store(count, std::memory_order_relaxed);
  }

  std::uint64_t read() const {
    // relaxed: as above.
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_;
};

}  // namespace gauntlet::impls::work_stealing
