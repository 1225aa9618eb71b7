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
          "work_stealing, suspend only with 1 worker; fixedsize_stack of RunConfig::stack_bytes"};

  // README.md tells each in full: exception state, unbuffered_channel::close(), who is woken,
  // try_*.
  static constexpr std::array<std::string_view, 12> broken_rules{
      "Goroutine.yields_inside_a_catch_and_keeps_its_exception: Boost.Fiber does not switch "
      "exception state",
      "Goroutine.throws_again_inside_a_catch_after_a_yield: Boost.Fiber does not switch exception "
      "state",
      "Channel.C12_close_races_with_senders_and_no_value_is_both_sent_and_refused: "
      "unbuffered_channel::close() refuses a send whose value was taken",
      "Channel.C12_value_of_a_sender_that_is_gone_is_never_received: after close() "
      "unbuffered_channel::pop() reads the frame of a sender that is gone",
      "Channel.C12_a_channel_may_die_as_soon_as_its_last_value_is_received: "
      "unbuffered_channel::push() looks at the channel again after its value was taken",
      "Goroutine.R6_every_worker_of_a_pool_of_100_gets_work: the first receiver that "
      "buffered_channel wakes drains it, the others queue up behind it again",
      "Channel.C3_try_send_fills_the_buffer_and_then_says_full: unbuffered_channel has no try_push "
      "and no try_pop",
      "Channel.C3_try_send_gives_the_value_to_a_receiver_that_waits: unbuffered_channel has no "
      "try_push and no try_pop",
      "Channel.C3_try_send_on_closed_says_closed: unbuffered_channel has no try_push and no "
      "try_pop",
      "Channel.C4_try_recv_takes_the_head_or_says_empty: unbuffered_channel has no try_push and no "
      "try_pop",
      "Channel.C4_try_recv_takes_from_a_sender_that_waits: unbuffered_channel has no try_push and "
      "no try_pop",
      "Channel.C3_C4_C6_try_calls_answer_as_a_bounded_queue: unbuffered_channel has no try_push "
      "and no try_pop"};

  template <class T>
  using Channel = NativeChannel<T>;
};

}  // namespace gauntlet::impls::boost_fiber
