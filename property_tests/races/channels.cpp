// SPDX-License-Identifier: Apache-2.0
// Seeded races: channels that order less than their user believes.
#include <array>
#include <vector>

#include "property_tests/races/program.hpp"

namespace gauntlet::races {
namespace {

/// The sender goes on writing to what it has given away.
Task send_then_mutate() {
  Channel<Word*> given{1};
  WaitGroup done{1};
  Meeting meeting;
  Word value = 1;
  go([&]() -> Task {
    Word* received = *AWAIT given.recv();
    AWAIT meeting.arrive();
    keep(*received);
    done.done();
  });
  if (twin == Twin::kFixed) value = 2;
  AWAIT given.send(&value);
  AWAIT meeting.arrive();
  if (twin == Twin::kRacy) value = 2;
  AWAIT done.wait();
}
const Listed kSendThenMutate("send_then_mutate", kSeeded, send_then_mutate);

/// One buffer serves every message, also while the last one is still being read.
Task buffer_is_filled_again_after_send() {
  using Buffer = std::array<int, 4>;
  Channel<Buffer*> full{1};
  Channel<int> empty{1};
  WaitGroup done{1};
  Buffer one{};
  go([&]() -> Task {
    for (int i = 0; i < 2; ++i) {
      Buffer* buffer = *AWAIT full.recv();
      keep(buffer->front());
      AWAIT empty.send(0);
    }
    done.done();
  });
  for (int i = 0; i < 2; ++i) {
    one.front() = i;
    AWAIT full.send(&one);
    if (twin == Twin::kFixed) (void)AWAIT empty.recv();
  }
  if (twin == Twin::kRacy)
    for (int i = 0; i < 2; ++i) (void)AWAIT empty.recv();
  AWAIT done.wait();
}
const Listed kBuffer("buffer_is_filled_again_after_send", kSeeded,
                     buffer_is_filled_again_after_send);

/// close() orders what comes before it only.
Task write_after_close() {
  Channel<int> ready{0};
  WaitGroup done{1};
  Word value = 0;
  go([&]() -> Task {
    if (twin == Twin::kFixed) value = 42;
    ready.close();
    if (twin == Twin::kRacy) value = 42;
    done.done();
    AWAIT yield();
  });
  (void)AWAIT ready.recv();
  keep(value);
  AWAIT done.wait();
}
const Listed kWriteAfterClose("write_after_close", kSeeded, write_after_close);

/// A receive tells a sender that is done with nothing, unless the channel has no buffer.
Task buffered_channel_in_the_wrong_direction() {
  Channel<int> channel{twin == Twin::kRacy ? 1 : 0};
  WaitGroup done{1};
  Passed written;
  Word value = 0;
  go([&]() -> Task {
    value = 1;
    written.set();
    (void)AWAIT channel.recv();
    done.done();
  });
  if (twin == Twin::kRacy) AWAIT written.wait();
  AWAIT channel.send(0);
  keep(value);
  AWAIT done.wait();
}
const Listed kWrongDirection("buffered_channel_in_the_wrong_direction", kSeeded,
                             buffered_channel_in_the_wrong_direction);

/// A semaphore for several lets several in.
Task semaphore_for_several_guards_one_value() {
  Channel<int> slots{twin == Twin::kRacy ? 3 : 1};
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
const Listed kSemaphore("semaphore_for_several_guards_one_value", kSeeded,
                        semaphore_for_several_guards_one_value);

/// The answers of several workers are counted, but one of them answers before it is done.
Task answer_is_sent_before_the_work() {
  Channel<int> answers{3};
  WaitGroup done{3};
  struct Result {
    int value = 0;
    [[maybe_unused]] char apart[kAlone]{};
  };
  std::vector<Result> results(3);
  for (std::size_t i = 0; i < 3; ++i)
    go([&, i]() -> Task {
      const bool early = twin == Twin::kRacy && i == 1;
      if (!early) results[i].value = 1;
      AWAIT answers.send(0);
      if (early) results[i].value = 1;
      done.done();
    });
  for (int i = 0; i < 3; ++i) (void)AWAIT answers.recv();
  for (const Result& result : results) keep(result.value);
  AWAIT done.wait();
}
const Listed kAnswer("answer_is_sent_before_the_work", kSeeded, answer_is_sent_before_the_work);

/// The default says that nothing has come, which is no news about what will.
Task select_leaves_with_the_default() {
  if constexpr (kNative) not_here("this lane's native channel has no select");
  Channel<int> ready{1};
  WaitGroup done{1};
  Passed written;
  Passed read;
  Word value = 0;
  go([&]() -> Task {
    value = 1;
    written.set();
    if (twin == Twin::kRacy) AWAIT read.wait();
    AWAIT ready.send(0);
    done.done();
  });
  if (twin == Twin::kRacy) {
    AWAIT written.wait();
    (void)AWAIT select(recv(ready), otherwise);
    keep(value);
    read.set();
    (void)AWAIT ready.recv();
  } else {
    (void)AWAIT select(recv(ready));
    keep(value);
  }
  AWAIT done.wait();
}
const Listed kDefault("select_leaves_with_the_default", kSeeded, select_leaves_with_the_default);

/// One message for two readers: who does not get it is not told.
Task one_message_for_two_readers() {
  Channel<int> ready{1};
  WaitGroup done{2};
  Passed sent;
  Word value = 0;
  for (int i = 0; i < 2; ++i)
    go([&, i]() -> Task {
      if (i == 0 || twin == Twin::kFixed)
        (void)AWAIT ready.recv();
      else
        AWAIT sent.wait();
      keep(value);
      done.done();
    });
  value = 1;
  AWAIT ready.send(0);
  sent.set();
  if (twin == Twin::kFixed) AWAIT ready.send(0);
  AWAIT done.wait();
}
const Listed kOneMessage("one_message_for_two_readers", kSeeded, one_message_for_two_readers);

}  // namespace
}  // namespace gauntlet::races
