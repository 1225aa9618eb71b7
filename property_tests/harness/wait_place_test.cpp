// SPDX-License-Identifier: Apache-2.0
// Unit tests of the list of places where goroutines wait.
#include "harness/portable/wait_place.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gauntlet {
namespace {

class Named final : public WaitPlace {
 public:
  explicit Named(std::string name) : name_(std::move(name)) { enlist(); }
  ~Named() { delist(); }

 private:
  void describe(std::string& text) const override { text += name_ + "\n"; }
  std::string name_;
};

TEST(WaitPlace, tells_every_place_that_lives_and_no_other) {
  EXPECT_EQ(WaitPlace::describe_all(), "");
  const Named one("one");
  {
    const Named two("two");
    const std::string text = WaitPlace::describe_all();
    EXPECT_NE(text.find("one\n"), std::string::npos);
    EXPECT_NE(text.find("two\n"), std::string::npos);
  }
  EXPECT_EQ(WaitPlace::describe_all(), "one\n");
}

TEST(WaitPlace, may_be_asked_while_places_come_and_go) {
  std::atomic<bool> over{false};
  std::thread asks([&] {
    while (!over.load(std::memory_order_relaxed)) WaitPlace::describe_all();
  });
  std::vector<std::thread> makers;
  for (int i = 0; i < 3; ++i) {
    makers.emplace_back([] {
      for (int round = 0; round < 5'000; ++round) const Named place("a name too long for the small buffer");
    });
  }
  for (std::thread& maker : makers) maker.join();
  over.store(true, std::memory_order_relaxed);
  asks.join();
  EXPECT_EQ(WaitPlace::describe_all(), "");
}

}  // namespace
}  // namespace gauntlet
