// SPDX-License-Identifier: Apache-2.0
// Properties of channels over random shapes, by RapidCheck. Repeat a failure with the RC_PARAMS it prints.
// Capacities are 2^k - 1, so that native channels which hold no other take part.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "property_tests/contract/counted.hpp"
#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {
namespace {

rc::Gen<int> any_capacity() { return rc::gen::element(0, 1, 3, 7, 15, 31, 127); }
rc::Gen<int> few(int least, int most) { return rc::gen::inRange(least, most + 1); }

/// What one consumer received, in its order.
struct Received {
  int producer;
  int sequence;
};

constexpr int kPerProducer = 1000;

struct Shape {
  int producers;
  int consumers;
  int capacity;
  std::vector<int> values;  // How many values each producer sends.
  int yields;               // Every so many operations a goroutine yields; 0: never.
};

Shape any_shape() {
  Shape shape{};
  shape.producers = *few(1, 5).as("producers");
  shape.consumers = *few(1, 5).as("consumers");
  shape.capacity = *any_capacity().as("capacity");
  shape.values = *rc::gen::container<std::vector<int>>(static_cast<std::size_t>(shape.producers),
                                                       few(0, 60))
                      .as("values of each producer");
  shape.yields = *rc::gen::element(0, 1, 2, 7).as("yield every n-th time");
  return shape;
}

/// Runs the shape with values of type Counted and returns what each consumer got.
std::vector<std::vector<Received>> run_shape(const Shape& shape) {
  std::vector<std::vector<Received>> got(static_cast<std::size_t>(shape.consumers));
  Channel<Counted> channel(shape.capacity);
  WaitGroup senders(shape.producers);
  drive([&]() -> Task {
    for (int c = 0; c < shape.consumers; ++c) {
      go([&, c]() -> Task {
        auto& mine = got[static_cast<std::size_t>(c)];
        for (int n = 1;; ++n) {
          const auto value = AWAIT channel.recv();
          if (!value) break;
          mine.push_back({value->number() / kPerProducer, value->number() % kPerProducer});
          if (shape.yields != 0 && n % shape.yields == 0) AWAIT yield();
        }
      });
    }
    for (int p = 0; p < shape.producers; ++p) {
      go([&, p]() -> Task {
        for (int n = 0; n < shape.values[static_cast<std::size_t>(p)]; ++n) {
          AWAIT channel.send(Counted(p * kPerProducer + n));
          if (shape.yields != 0 && n % shape.yields == 0) AWAIT yield();
        }
        senders.done();
      });
    }
    AWAIT senders.wait();
    channel.close();
  });
  return got;
}

}  // namespace

RC_GTEST_PROP(Channel, C8_nothing_is_lost_doubled_or_invented, ()) {
  const Shape shape = any_shape();
  std::map<int, int> times;
  for (const auto& consumer : run_shape(shape))
    for (const Received& one : consumer) ++times[one.producer * kPerProducer + one.sequence];
  std::map<int, int> expected;
  for (int p = 0; p < shape.producers; ++p)
    for (int n = 0; n < shape.values[static_cast<std::size_t>(p)]; ++n)
      expected[p * kPerProducer + n] = 1;
  RC_ASSERT(times == expected);
}

RC_GTEST_PROP(Channel, C8_each_consumer_sees_each_producer_in_order, ()) {
  const Shape shape = any_shape();
  for (const auto& consumer : run_shape(shape)) {
    std::vector<int> last(static_cast<std::size_t>(shape.producers), -1);
    for (const Received& one : consumer) {
      RC_ASSERT(one.producer >= 0 && one.producer < shape.producers);
      int& before = last[static_cast<std::size_t>(one.producer)];
      RC_ASSERT(before < one.sequence);
      before = one.sequence;
    }
  }
}

RC_GTEST_PROP(Channel, C8_a_single_consumer_misses_nothing_of_any_producer, ()) {
  Shape shape = any_shape();
  shape.consumers = 1;
  std::vector<int> next(static_cast<std::size_t>(shape.producers), 0);
  const auto got = run_shape(shape);
  for (const Received& one : got.front())
    RC_ASSERT(next.at(static_cast<std::size_t>(one.producer))++ == one.sequence);
  RC_ASSERT(next == shape.values);
}

RC_GTEST_PROP(Channel, C9_any_capacity_holds_exactly_that_many, ()) {
  const int capacity = *any_capacity().as("capacity");
  std::atomic<int> sent{0};
  int before = -1;
  Channel<Counted> channel(capacity);
  drive_with(kNativeChannel ? 1 : workers(), [&]() -> Task {
    go([&]() -> Task {
      for (int i = 0; i <= capacity; ++i) {
        AWAIT channel.send(Counted(i));
        sent.fetch_add(1, std::memory_order_relaxed);
      }
    });
    for (UntilParked now(1, 0); !now.reached();) AWAIT yield();
    before = sent.load(std::memory_order_relaxed);
    for (int i = 0; i <= capacity; ++i) AWAIT channel.recv();
  });
  RC_ASSERT(before == capacity);
}

RC_GTEST_PROP(Channel, C5_close_wakes_everyone_and_the_buffer_drains, ()) {
  const int capacity = *any_capacity().as("capacity");
  const int buffered = *few(0, capacity).as("values in the buffer");
  const int receivers = *few(1, 12).as("receivers");
  const bool late = *rc::gen::arbitrary<bool>().as("receivers come after close");
  std::atomic<int> values{0};
  std::atomic<int> nothings{0};
  Channel<Counted> channel(capacity);
  drive([&]() -> Task {
    for (int i = 0; i < buffered; ++i) AWAIT channel.send(Counted(i));
    if (late) channel.close();
    for (int i = 0; i < receivers; ++i) {
      go([&]() -> Task {
        for (;;) {
          const auto value = AWAIT channel.recv();
          if (!value) break;
          values.fetch_add(1, std::memory_order_relaxed);
        }
        nothings.fetch_add(1, std::memory_order_relaxed);
      });
    }
    AWAIT yield();
    if (!late) channel.close();
  });
  RC_ASSERT(values.load(std::memory_order_relaxed) == buffered);
  RC_ASSERT(nothings.load(std::memory_order_relaxed) == receivers);
}

RC_GTEST_PROP(Channel, C9_nothing_is_alive_at_the_end, ()) {
  const Shape shape = any_shape();
  const int left = *few(0, shape.capacity).as("values left in a buffer");
  run_shape(shape);
  {
    Channel<Counted> abandoned(shape.capacity);
    drive([&]() -> Task {
      for (int i = 0; i < left; ++i) AWAIT abandoned.send(Counted(i));
      AWAIT yield();
    });
    RC_ASSERT(Counted::alive() == left);
  }
  RC_ASSERT(Counted::alive() == 0);
}

// A buffered channel used by one goroutine is a bounded queue: every call answers as the model does.
RC_GTEST_PROP(Channel, C3_C4_C6_try_calls_answer_as_a_bounded_queue, ()) {
  enum class Call : std::uint8_t { kTrySend, kTryRecv, kClose };
  const int capacity = *any_capacity().as("capacity");
  if (!tries_at(capacity)) return;
  const auto calls = *rc::gen::container<std::vector<Call>>(
      rc::gen::weightedElement<Call>({{20, Call::kTrySend}, {18, Call::kTryRecv}, {1, Call::kClose}}));
  std::vector<std::string> wrong;
  Channel<int> channel(capacity);
  drive([&]() -> Task {
    std::deque<int> model;
    bool closed = false;
    for (int i = 0; i < static_cast<int>(calls.size()); ++i) {
      switch (calls[static_cast<std::size_t>(i)]) {
        case Call::kTrySend: {
          const bool full = static_cast<int>(model.size()) == capacity;
          const TrySend expected =
              closed ? TrySend::kClosed : (full ? TrySend::kFull : TrySend::kSent);
          if (try_send_to(channel, i) != expected) wrong.push_back("try_send " + std::to_string(i));
          if (expected == TrySend::kSent) model.push_back(i);
          break;
        }
        case Call::kTryRecv: {
          std::optional<int> value;
          const auto answer = try_recv_from(channel, value);
          if (model.empty()) {
            if (answer != (closed ? TryRecv::kClosed : TryRecv::kEmpty) || value)
              wrong.push_back("try_recv of nothing " + std::to_string(i));
          } else {
            if (answer != TryRecv::kReceived || value != model.front())
              wrong.push_back("try_recv " + std::to_string(i));
            model.pop_front();
          }
          break;
        }
        case Call::kClose:
          if (panics([&] { channel.close(); }) != closed) wrong.push_back("close");
          closed = true;
          break;
      }
      if (kTellsLength<Channel<int>> && len_of(channel) != static_cast<std::int64_t>(model.size()))
        wrong.push_back("len " + std::to_string(i));
    }
    AWAIT yield();
  });
  RC_ASSERT(wrong == std::vector<std::string>{});
}

}  // namespace gauntlet::contract
