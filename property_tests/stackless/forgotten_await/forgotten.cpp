// SPDX-License-Identifier: Apache-2.0
// Calls that may park, each without its AWAIT when GAUNTLET_FORGOTTEN is its number: none may
// compile. With GAUNTLET_FORGOTTEN 0 the same text compiles.
#include "harness/under_test.hpp"

#define GAUNTLET_AWAIT_1 AWAIT
#define GAUNTLET_AWAIT_2 AWAIT
#define GAUNTLET_AWAIT_3 AWAIT
#define GAUNTLET_AWAIT_4 AWAIT
#define GAUNTLET_AWAIT_5 AWAIT
#define GAUNTLET_AWAIT_6 AWAIT
#define GAUNTLET_AWAIT_7 AWAIT
#define GAUNTLET_AWAIT_8 AWAIT
#define GAUNTLET_AWAIT_9 AWAIT
#define GAUNTLET_AWAIT_10 AWAIT
#define GAUNTLET_AWAIT_11 AWAIT
#define GAUNTLET_AWAIT_12 AWAIT
#define GAUNTLET_AWAIT_13 AWAIT
#define GAUNTLET_AWAIT_14 AWAIT
#define GAUNTLET_AWAIT_15 AWAIT

#if GAUNTLET_FORGOTTEN == 1
#undef GAUNTLET_AWAIT_1
#define GAUNTLET_AWAIT_1
#elif GAUNTLET_FORGOTTEN == 2
#undef GAUNTLET_AWAIT_2
#define GAUNTLET_AWAIT_2
#elif GAUNTLET_FORGOTTEN == 3
#undef GAUNTLET_AWAIT_3
#define GAUNTLET_AWAIT_3
#elif GAUNTLET_FORGOTTEN == 4
#undef GAUNTLET_AWAIT_4
#define GAUNTLET_AWAIT_4
#elif GAUNTLET_FORGOTTEN == 5
#undef GAUNTLET_AWAIT_5
#define GAUNTLET_AWAIT_5
#elif GAUNTLET_FORGOTTEN == 6
#undef GAUNTLET_AWAIT_6
#define GAUNTLET_AWAIT_6
#elif GAUNTLET_FORGOTTEN == 7
#undef GAUNTLET_AWAIT_7
#define GAUNTLET_AWAIT_7
#elif GAUNTLET_FORGOTTEN == 8
#undef GAUNTLET_AWAIT_8
#define GAUNTLET_AWAIT_8
#elif GAUNTLET_FORGOTTEN == 9
#undef GAUNTLET_AWAIT_9
#define GAUNTLET_AWAIT_9
#elif GAUNTLET_FORGOTTEN == 10
#undef GAUNTLET_AWAIT_10
#define GAUNTLET_AWAIT_10
#elif GAUNTLET_FORGOTTEN == 11
#undef GAUNTLET_AWAIT_11
#define GAUNTLET_AWAIT_11
#elif GAUNTLET_FORGOTTEN == 12
#undef GAUNTLET_AWAIT_12
#define GAUNTLET_AWAIT_12
#elif GAUNTLET_FORGOTTEN == 13
#undef GAUNTLET_AWAIT_13
#define GAUNTLET_AWAIT_13
#elif GAUNTLET_FORGOTTEN == 14
#undef GAUNTLET_AWAIT_14
#define GAUNTLET_AWAIT_14
#elif GAUNTLET_FORGOTTEN == 15
#undef GAUNTLET_AWAIT_15
#define GAUNTLET_AWAIT_15
#endif

namespace gauntlet {

static Task call(int& value) {
  ++value;
  AWAIT yield();
}

static Task body() {
  int value = 0;
  Channel<int> channel(4);
  SendChannel<int> in(channel);
  ReceiveChannel<int> out(channel);
  WaitGroup group;
  Mutex mutex;
  RWMutex shared;
  Once once;
  Cond cond(mutex);
  GAUNTLET_AWAIT_1 channel.send(1);
  GAUNTLET_AWAIT_2 channel.recv();
  GAUNTLET_AWAIT_3 in.send(1);
  GAUNTLET_AWAIT_4 out.recv();
  GAUNTLET_AWAIT_5 group.wait();
  GAUNTLET_AWAIT_6 mutex.lock();
  GAUNTLET_AWAIT_7 yield();
  GAUNTLET_AWAIT_8 call(value);
  GAUNTLET_AWAIT_9 range(channel, [](int) {});
  GAUNTLET_AWAIT_10 shared.lock();
  GAUNTLET_AWAIT_11 shared.rlock();
  GAUNTLET_AWAIT_12 once.call([] {});
  GAUNTLET_AWAIT_13 cond.wait();
  GAUNTLET_AWAIT_14 sleep(Duration(1));
  GAUNTLET_AWAIT_15 after(Duration(1)).recv();
  AWAIT yield();
}

}  // namespace gauntlet

int main() {
  gauntlet::run({.workers = 1}, [] { return gauntlet::body(); });
}
