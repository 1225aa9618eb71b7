// SPDX-License-Identifier: Apache-2.0
// The museum's stand-alone piece: Boost.Asio 1.81's experimental channel drops buffered values on close.
//
// It asserts that the bug is there, so that the claim in the documents is measured with the library at hand;
// another version is skipped, and told. What a right channel does here: Museum.C5_close_keeps_what_is_buffered.
#include <gtest/gtest.h>

#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/version.hpp>
#include <vector>

namespace gauntlet {
namespace {

constexpr int kSeenWith = 108100;
using boost::system::error_code;
using AsioChannel = boost::asio::experimental::channel<void(error_code, int)>;

std::vector<int> received_after_two_sends(bool with_close) {
  boost::asio::io_context context;
  AsioChannel channel(context, 3);
  EXPECT_TRUE(channel.try_send(error_code(), 1));
  EXPECT_TRUE(channel.try_send(error_code(), 2));
  if (with_close) channel.close();
  std::vector<int> received;
  for (int i = 0; i < 2; ++i) {
    channel.async_receive([&](error_code error, int value) {
      if (!error) received.push_back(value);
    });
  }
  context.run();
  return received;
}

}  // namespace

TEST(MuseumAsio, C5_buffered_values_arrive_while_the_channel_is_open) {
  EXPECT_EQ(received_after_two_sends(false), (std::vector<int>{1, 2}));
}

TEST(MuseumAsio, C5_bug_close_drops_buffered_values) {
  if (BOOST_VERSION != kSeenWith)
    GTEST_SKIP() << "n/a (Boost " << BOOST_LIB_VERSION << "; the bug was seen with 1_81)";
  EXPECT_EQ(received_after_two_sends(true), std::vector<int>{})
      << "the bug is gone: say so in property_tests/museum/README.md";
}

}  // namespace gauntlet
