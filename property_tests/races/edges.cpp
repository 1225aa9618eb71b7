// SPDX-License-Identifier: Apache-2.0
// The edges H1 to H9: what Go orders, the detector must know. Each is silent, on every lane.
#include <atomic>
#include <optional>

#include "property_tests/races/program.hpp"

namespace gauntlet::races {
namespace {

Task go_orders_what_came_before() {
  WaitGroup done{1};
  Word value = 1;
  go([&]() -> Task {
    keep(value);
    done.done();
    AWAIT yield();
  });
  AWAIT done.wait();
}
const Listed kH1("H1_go_orders_what_came_before", kEdge, go_orders_what_came_before);

Task send_orders_what_came_before(int capacity) {
  Channel<int> channel{capacity};
  WaitGroup done{1};
  Word value = 0;
  go([&]() -> Task {
    value = 1;
    AWAIT channel.send(0);
    done.done();
  });
  (void)AWAIT channel.recv();
  keep(value);
  value = 2;
  AWAIT done.wait();
}
Task send_without_buffer() { AWAIT send_orders_what_came_before(0); }
Task send_with_buffer() { AWAIT send_orders_what_came_before(3); }
const Listed kH2("H2_send_orders_a_receive_without_buffer", kEdge, send_without_buffer);
const Listed kH2Buffered("H2_send_orders_a_receive_from_a_buffer", kEdge, send_with_buffer);

/// Several senders that wait for a full buffer: each value brings its own past along.
Task blocked_senders_bring_their_past() {
  Channel<int> channel{1};
  WaitGroup done{4};
  int values[4] = {};
  for (int i = 0; i < 4; ++i)
    go([&, i]() -> Task {
      values[i] = 1;
      AWAIT channel.send(i);
      done.done();
    });
  for (int i = 0; i < 4; ++i) {
    const int sender = *AWAIT channel.recv();
    keep(values[sender]);
  }
  AWAIT done.wait();
}
const Listed kH2Blocked("H2_blocked_senders_bring_their_past", kEdge,
                        blocked_senders_bring_their_past);

Task close_orders_a_receive() {
  Channel<int> channel{1};
  WaitGroup done{3};
  Word value = 0;
  go([&]() -> Task {
    AWAIT yield();
    value = 1;
    channel.close();
    done.done();
  });
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      while (AWAIT channel.recv()) {
      }
      keep(value);
      done.done();
    });
  AWAIT done.wait();
}
const Listed kH3("H3_close_orders_a_receive", kEdge, close_orders_a_receive);

Task close_ends_a_range() {
  Channel<int> channel{1};
  WaitGroup done{1};
  Word value = 0;
  go([&]() -> Task {
    AWAIT channel.send(1);
    value = 1;
    channel.close();
    done.done();
  });
  AWAIT range(channel, [](int) {});
  keep(value);
  AWAIT done.wait();
}
const Listed kH3Range("H3_close_orders_the_end_of_a_range", kEdge, close_ends_a_range);

Task receive_orders_a_send_without_buffer() {
  Channel<int> channel{0};
  WaitGroup done{1};
  Word value = 0;
  go([&]() -> Task {
    value = 1;
    (void)AWAIT channel.recv();
    done.done();
  });
  AWAIT channel.send(0);
  keep(value);
  AWAIT done.wait();
}
const Listed kH4("H4_receive_orders_a_send_without_buffer", kEdge,
                 receive_orders_a_send_without_buffer);

Task channel_is_a_semaphore() {
  Channel<int> one{1};
  WaitGroup done{4};
  Word value = 0;
  for (int i = 0; i < 4; ++i)
    go([&]() -> Task {
      for (int k = 0; k < 3; ++k) {
        AWAIT one.send(0);
        ++value;
        AWAIT yield();
        (void)AWAIT one.recv();
      }
      done.done();
    });
  AWAIT done.wait();
}
const Listed kH5("H5_channel_of_capacity_one_is_a_mutex", kEdge, channel_is_a_semaphore);

Task select_orders_like_its_case(int capacity, bool sends) {
  if constexpr (kNative) not_here("this lane's native channel has no select");
  Channel<int> channel{capacity};
  Channel<int> silent{0};
  WaitGroup done{1};
  Word value = 0;
  go([&]() -> Task {
    value = 1;
    std::optional<int> got;
    if (sends)
      (void)AWAIT select(recv(silent, got), send(channel, 1));
    else
      AWAIT channel.send(1);
    done.done();
  });
  std::optional<int> got;
  if (sends)
    got = AWAIT channel.recv();
  else
    (void)AWAIT select(recv(silent), recv(channel, got));
  keep(value);
  AWAIT done.wait();
}
Task selected_receive() { AWAIT select_orders_like_its_case(0, false); }
Task selected_buffered_receive() { AWAIT select_orders_like_its_case(3, false); }
Task selected_send() { AWAIT select_orders_like_its_case(0, true); }
const Listed kH6("H6_selected_receive_is_ordered_by_the_send", kEdge, selected_receive);
const Listed kH6Buffered("H6_selected_receive_from_a_buffer_is_ordered", kEdge,
                         selected_buffered_receive);
const Listed kH6Send("H6_selected_send_orders_its_receive", kEdge, selected_send);

Task close_orders_a_selected_receive() {
  if constexpr (kNative) not_here("this lane's native channel has no select");
  Channel<int> channel{0};
  Channel<int> silent{0};
  WaitGroup done{1};
  Word value = 0;
  go([&]() -> Task {
    AWAIT yield();
    value = 1;
    channel.close();
    done.done();
  });
  (void)AWAIT select(recv(silent), recv(channel));
  keep(value);
  AWAIT done.wait();
}
const Listed kH6Close("H6_close_orders_a_selected_receive", kEdge,
                      close_orders_a_selected_receive);

Task unlock_orders_lock() {
  Mutex mutex;
  WaitGroup done{4};
  Word value = 0;
  for (int i = 0; i < 4; ++i)
    go([&]() -> Task {
      for (int k = 0; k < 5; ++k) {
        AWAIT mutex.lock();
        ++value;
        AWAIT yield();
        mutex.unlock();
      }
      done.done();
    });
  AWAIT done.wait();
}
const Listed kH7("H7_unlock_orders_lock", kEdge, unlock_orders_lock);

Task unlock_orders_try_lock() {
  Mutex mutex;
  WaitGroup done{2};
  Word value = 0;
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      while (!mutex.try_lock()) AWAIT yield();
      ++value;
      AWAIT yield();
      mutex.unlock();
      done.done();
    });
  AWAIT done.wait();
}
const Listed kH7Try("H7_unlock_orders_try_lock", kEdge, unlock_orders_try_lock);

Task done_orders_wait() {
  WaitGroup group{3};
  WaitGroup done{2};
  int values[3] = {};
  for (int i = 0; i < 3; ++i)
    go([&, i]() -> Task {
      AWAIT yield();
      values[i] = 1;
      group.done();
    });
  for (int i = 0; i < 2; ++i)
    go([&]() -> Task {
      AWAIT group.wait();
      for (const int& value : values) keep(value);
      done.done();
    });
  AWAIT done.wait();
}
const Listed kH8("H8_done_orders_wait", kEdge, done_orders_wait);

Task atomics_order() {
  std::atomic<bool> ready{false};
  Word value = 0;
  WaitGroup done{1};
  go([&]() -> Task {
    value = 1;
    ready.store(true, std::memory_order_seq_cst);  // seq_cst: as Go's atomics; partner below.
    done.done();
    AWAIT yield();
  });
  while (!ready.load(std::memory_order_seq_cst)) AWAIT yield();  // seq_cst: partner above.
  keep(value);
  AWAIT done.wait();
}
const Listed kH9("H9_atomics_order", kEdge, atomics_order);

}  // namespace
}  // namespace gauntlet::races
