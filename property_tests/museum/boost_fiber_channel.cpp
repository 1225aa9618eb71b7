// SPDX-License-Identifier: Apache-2.0
// The museum's Boost.Fiber room: two bugs of 1.81's unbuffered_channel, on the bare library, each in a child
// process because one of them reads a frame that is gone.
//
// They assert that the bugs are there; another version is skipped, and told. The same situations on every
// lane: Museum.C12_... in property_tests/contract/museum.cpp, told as defects of lane boost_fiber.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/fiber/all.hpp>
#include <boost/version.hpp>
#include <string>

namespace gauntlet {
namespace {

namespace fibers = boost::fibers;
using fibers::channel_op_status;
using Unbuffered = fibers::unbuffered_channel<std::string>;

constexpr int kSeenWith = 108100;
const std::string kValue(200, 'x');  // On the heap: a dead one cannot pass for a live one.

enum Ending : int { kRight = 0, kWrong = 10, kCrashed = 11 };

/// How `scene` ends in a process of its own; it returns whether what it saw was right.
Ending in_a_child(bool (*scene)()) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    _exit(scene() ? kRight : kWrong);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? static_cast<Ending>(WEXITSTATUS(status)) : kCrashed;
}

/// A sender waits; its value is taken; the channel closes before it runs again. It must hear of success.
bool sender_of_a_taken_value_hears_success(bool with_close) {
  Unbuffered channel;
  channel_op_status told{};
  fibers::fiber sender([&] { told = channel.push(kValue); });
  boost::this_fiber::yield();  // The sender waits now: there is one thread.
  std::string got;
  const bool taken = channel.pop(got) == channel_op_status::success && got == kValue;
  if (with_close) channel.close();
  sender.join();
  return taken && told == channel_op_status::success;
}

/// A sender waits; the channel closes; the sender is told so and is gone. There is nothing to receive.
bool nothing_is_received_of_a_sender_that_is_gone() {
  Unbuffered channel;
  fibers::fiber sender([&] { channel.push(kValue); });
  boost::this_fiber::yield();
  channel.close();
  sender.join();
  std::string got;
  return channel.pop(got) == channel_op_status::closed;
}

}  // namespace

TEST(MuseumBoostFiber, C12_without_a_close_the_sender_hears_success) {
  EXPECT_EQ(in_a_child([] { return sender_of_a_taken_value_hears_success(false); }), kRight);
}

TEST(MuseumBoostFiber, C12_bug_a_delivered_value_is_told_closed) {
  if (BOOST_VERSION != kSeenWith)
    GTEST_SKIP() << "n/a (Boost " << BOOST_LIB_VERSION << "; the bug was seen with 1_81)";
  EXPECT_EQ(in_a_child([] { return sender_of_a_taken_value_hears_success(true); }), kWrong)
      << "the bug is gone: say so in property_tests/museum/README.md";
}

TEST(MuseumBoostFiber, C12_bug_pop_reads_the_frame_of_a_sender_that_is_gone) {
  if (BOOST_VERSION != kSeenWith)
    GTEST_SKIP() << "n/a (Boost " << BOOST_LIB_VERSION << "; the bug was seen with 1_81)";
  EXPECT_NE(in_a_child(nothing_is_received_of_a_sender_that_is_gone), kRight)
      << "the bug is gone: say so in property_tests/museum/README.md";
}

}  // namespace gauntlet
