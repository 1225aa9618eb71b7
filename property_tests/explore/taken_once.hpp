// SPDX-License-Identifier: Apache-2.0
// Items that go through a queue, each with contents that its maker writes: every one is taken once, and whoever takes it sees what
// was written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "property_tests/explore/explorer.hpp"
#include "property_tests/explore/model_atomics.hpp"

namespace gauntlet::explore {

template <std::size_t kItems>
class TakenOnce {
 public:
  /// Before it is pushed.
  void make(std::uint32_t item) { contents_[item].write(kContents + item); }

  void take(std::uint32_t item) {
    if (item >= kItems || ++taken_[item] > 1) Explorer::now().fail("an item is taken twice");
    if (contents_[item].read() != kContents + item) Explorer::now().fail("wrong contents");
  }

  /// Of those that were pushed, when all threads are done.
  void expect_none_lost(std::uint32_t pushed) const {
    for (std::uint32_t item = 0; item < pushed; ++item)
      if (taken_[item] != 1) Explorer::now().fail("an item is lost");
  }

 private:
  static constexpr std::uint64_t kContents = 100;

  std::array<PlainDatum, kItems> contents_;
  std::array<int, kItems> taken_{};
};

}  // namespace gauntlet::explore
