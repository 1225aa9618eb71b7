// SPDX-License-Identifier: Apache-2.0
// One mark per goroutine, set by that goroutine: proof that each ran, once, without a shared counter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace gauntlet {

using Marks = std::vector<std::uint8_t>;

/// `count` marks, none set. The same memory each time, so that a warm pass faults no pages in: one user at
/// a time.
inline Marks& fresh_marks(std::int64_t count) {
  static Marks marks;
  marks.assign(static_cast<std::size_t>(count), 0);
  return marks;
}

/// How many were set exactly once.
inline std::int64_t set_once(const Marks& marks) { return std::ranges::count(marks, 1); }

}  // namespace gauntlet
