// SPDX-License-Identifier: Apache-2.0
// Boost.Fiber with its work_stealing scheduler and its own channels.
#pragma once

#include <array>
#include <boost/version.hpp>
#include <string_view>

#include "harness/contract/runtime.hpp"
#include "impls/boost_fiber/channel.hpp"
#include "impls/boost_fiber/fibers.hpp"

namespace gauntlet::impls::boost_fiber {

struct Runtime : Fibers {
  static constexpr RuntimeInfo info{
      .name = "boost_fiber",
      .version = BOOST_LIB_VERSION,
      .stack = Stack::kFiber,
      .tuning =
          "work_stealing, suspend only with 1 worker; workers pinned when 1 < workers <= cores; "
          "fixedsize_stack of RunConfig::stack_bytes"};

  // README.md tells each in full: exception state, and three of unbuffered_channel's close().
  static constexpr std::array<std::string_view, 15> broken_rules{
      "StackOverflow.R2_is_told_with_goroutine_and_spawn_site: fixedsize_stack has no guard page, so an "
      "overflow corrupts the heap",
      "Goroutine.R7_a_bare_blocking_call_does_not_stop_the_others: a call that blocks keeps its "
      "worker; make it inside blocking()",
      "Goroutine.G3_yields_inside_a_catch_and_keeps_its_exception: Boost.Fiber does not switch "
      "exception state",
      "Goroutine.G3_throws_again_inside_a_catch_after_a_yield: Boost.Fiber does not switch exception "
      "state",
      "Channel.C12_close_races_with_senders_and_no_value_is_both_sent_and_refused: "
      "unbuffered_channel::close() refuses a send whose value was taken",
      "Channel.C12_value_of_a_sender_that_is_gone_is_never_received: after close() "
      "unbuffered_channel::pop() reads the frame of a sender that is gone",
      "Channel.C12_a_channel_may_die_as_soon_as_its_last_value_is_received: "
      "unbuffered_channel::push() looks at the channel again after its value was taken",
      "Museum.C12_nothing_is_received_of_a_sender_that_is_gone: after close() "
      "unbuffered_channel::pop() reads the frame of a sender that is gone",
      "Litmus.C12_nothing_is_received_of_senders_that_close_refused: after close() "
      "unbuffered_channel::pop() reads the frame of a sender that is gone",
      "Litmus.C14_try_recv_on_full_lets_the_waiting_sender_in_at_once: buffered_channel only wakes a "
      "sender that waits, its value comes when it runs",
      "Litmus.C14_a_receiver_that_comes_late_does_not_pass_one_that_waits: buffered_channel only wakes "
      "a receiver that waits, who comes before it runs takes the value",
      "Museum.C12_a_value_that_was_received_was_sent: unbuffered_channel::close() refuses a send "
      "whose value was taken",
      "History.C12_close_ends_what_waits_on_an_unbuffered_channel: unbuffered_channel::close() "
      "refuses a send whose value was taken, and leaves the frames of those who waited",
      "History.C12_close_races_of_an_unbuffered_channel_are_linearizable: the same close()",
      "History.C12_random_commands_on_an_unbuffered_channel_are_linearizable: the same close()"};

  template <class T>
  using Channel = NativeChannel<T>;
};

}  // namespace gauntlet::impls::boost_fiber
