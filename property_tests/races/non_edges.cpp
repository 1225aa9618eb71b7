// SPDX-License-Identifier: Apache-2.0
// The non-edges N1 to N8: what Go does not order, no runtime may seem to. Each must be reported: a runtime
// that synchronises too much would hide its users' races and pass every other test. (N9 is
// AddressSanitizer's: property_tests/lifetime.)
#include <atomic>
#include <optional>

#include "property_tests/races/program.hpp"

namespace gauntlet::races {
namespace {

Task end_of_a_goroutine_orders_nothing() {
  Passed ended;
  Word value = 0;
  go([&]() -> Task {
    AWAIT yield();
    value = 1;
    ended.set();
  });
  AWAIT ended.wait();
  AWAIT wait_a_while(10);
  keep(value);
}
const Listed kN1("N1_end_of_a_goroutine_orders_nothing", kNonEdge,
                 end_of_a_goroutine_orders_nothing);

/// The next goroutine on the same worker, maybe on the same stack.
Task end_of_a_goroutine_does_not_order_the_next() {
  WaitGroup done{2};
  Word value = 0;
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      ++value;
      done.done();
      AWAIT yield();
    });
  AWAIT done.wait();
}
const Listed kN1Next("N1_end_of_a_goroutine_does_not_order_the_next", kNonEdge,
                     end_of_a_goroutine_does_not_order_the_next);

Task buffered_receive_does_not_order_a_send() {
  Channel<int> channel{1};
  WaitGroup done{1};
  Passed received;
  Word value = 0;
  go([&]() -> Task {
    value = 1;
    (void)AWAIT channel.recv();
    received.set();
    done.done();
  });
  AWAIT channel.send(0);
  AWAIT received.wait();
  keep(value);
  AWAIT done.wait();
}
const Listed kN2("N2_buffered_receive_does_not_order_a_send", kNonEdge,
                 buffered_receive_does_not_order_a_send);

template <class C>
Task length_orders_nothing_in(C& channel) {
  if constexpr (!requires { channel.len(); }) {
    not_here("this lane's channel tells no length");
  } else {
    WaitGroup done{1};
    int value = 0;
    go([&]() -> Task {
      value = 1;
      AWAIT channel.send(0);
      done.done();
    });
    while (channel.len() == 0) AWAIT yield();
    keep(value);
    AWAIT done.wait();
  }
}
Task length_orders_nothing() {
  Channel<int> channel{1};
  AWAIT length_orders_nothing_in(channel);
}
const Listed kN3("N3_length_orders_nothing", kNonEdge, length_orders_nothing);

Task send_that_panics_sees_nothing() {
  Channel<int> channel{1};
  WaitGroup done{1};
  Passed closed;
  Word value = 0;
  go([&]() -> Task {
    value = 1;
    channel.close();
    closed.set();
    done.done();
    AWAIT yield();
  });
  AWAIT closed.wait();
  try {
    AWAIT channel.send(0);
  } catch (const Panic&) {
  }
  keep(value);
  AWAIT done.wait();
}
const Listed kN4("N4_send_that_panics_sees_nothing", kNonEdge, send_that_panics_sees_nothing);

Task channel_of_two_is_no_mutex() {
  Channel<int> slots{kNative ? 3 : 2};
  WaitGroup done{2};
  Meeting meeting;
  Word value = 0;
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      AWAIT meeting.arrive();
      AWAIT slots.send(0);
      ++value;
      (void)AWAIT slots.recv();
      done.done();
    });
  AWAIT done.wait();
}
const Listed kN5("N5_channel_of_two_is_no_mutex", kNonEdge, channel_of_two_is_no_mutex);

Task failed_try_lock_orders_nothing() {
  WaitGroup done{1};
  Passed locked;
  Passed tried;
  Mutex mutex;
  Word value = 0;
  go([&]() -> Task {
    AWAIT mutex.lock();
    value = 1;
    locked.set();
    AWAIT tried.wait();
    mutex.unlock();
    done.done();
  });
  AWAIT locked.wait();
  const bool taken = mutex.try_lock();
  keep(value);
  tried.set();
  if (taken) mutex.unlock();
  AWAIT done.wait();
}
const Listed kN6("N6_failed_try_lock_orders_nothing", kNonEdge, failed_try_lock_orders_nothing);

/// The sender waits in both channels; who receives from one of them is not told of the other.
Task branch_not_taken_orders_nothing() {
  if constexpr (kNative) not_here("this lane's native channel has no select");
  Channel<int> taken{0};
  Channel<int> left{1};
  WaitGroup done{2};
  Passed selected;
  Word value = 0;
  go([&]() -> Task {
    value = 1;
    (void)AWAIT select(send(taken, 1), recv(left));
    selected.set();
    done.done();
  });
  go([&]() -> Task {
    (void)AWAIT taken.recv();
    done.done();
  });
  AWAIT selected.wait();
  AWAIT left.send(1);
  keep(value);
  AWAIT done.wait();
}
const Listed kN6Branch("N6_branch_not_taken_orders_nothing", kNonEdge,
                       branch_not_taken_orders_nothing);

/// Both wait for room; who gets in first tells the other nothing.
Task sends_on_a_full_buffer_are_not_ordered() {
  Channel<int> channel{1};
  WaitGroup done{2};
  Word value = 0;
  AWAIT channel.send(0);
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      AWAIT channel.send(1);
      ++value;
      done.done();
    });
  AWAIT wait_a_while(20);
  for (int i = 0; i < 3; ++i) (void)AWAIT channel.recv();
  AWAIT done.wait();
}
const Listed kN7("N7_sends_on_a_full_buffer_are_not_ordered", kNonEdge,
                 sends_on_a_full_buffer_are_not_ordered);

}  // namespace
}  // namespace gauntlet::races
