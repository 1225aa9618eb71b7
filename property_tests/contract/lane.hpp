// SPDX-License-Identifier: Apache-2.0
// What a contract test asks of the lane under test: its size, its channel's abilities, who is parked.
//
// One text for both colours. Bodies of goroutines are lambdas `[&]() -> Task` with at least one AWAIT, and
// they use EXPECT_*, never ASSERT_*, which would return from them. What goroutines share lives outside of
// drive(): when it returns, nobody uses it any more.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "harness/under_test.hpp"

#define GAUNTLET_NEEDS_SELECT() \
  if (!kSelects) GTEST_SKIP() << "n/a (native channel has no select)"

namespace gauntlet::contract {

/// A goroutine is an OS thread here: tests use fewer of them.
inline constexpr bool kThreadPerGoroutine = UnderTest::info.stack == Stack::kThread;
inline constexpr bool kHasStack = UnderTest::info.stack != Stack::kNone;
inline constexpr bool kNativeChannel = ChannelOf<UnderTest, int>::is_native;
inline constexpr bool kSelects =
    !std::derived_from<decltype(recv(std::declval<Channel<int>&>())), NoSelect>;

/// `many`, or what a lane with one thread per goroutine can do in the same time.
constexpr int at_most(int many, int threads) { return kThreadPerGoroutine ? threads : many; }

/// GAUNTLET_WORKERS, or 2.
inline unsigned workers() {
  const char* asked = std::getenv("GAUNTLET_WORKERS");
  const int count = asked == nullptr ? 2 : std::atoi(asked);
  return count < 1 ? 1U : static_cast<unsigned>(count);
}

/// GAUNTLET_SEED, or 1: for RunConfig::seed and for whatever else a test draws.
inline std::uint64_t seed() {
  const char* asked = std::getenv("GAUNTLET_SEED");
  return asked == nullptr ? 1 : std::strtoull(asked, nullptr, 10);
}

/// Runs `root` as the first goroutine of the lane under test.
template <class F>
void drive_with(unsigned worker_count, F&& root) {
  RunConfig config;
  config.workers = worker_count;
  config.seed = seed();
  run(config, std::forward<F>(root));
}
template <class F>
void drive(F&& root) {
  drive_with(workers(), std::forward<F>(root));
}

template <class C>
inline constexpr bool kTellsLength = requires(const C& channel) {
  channel.len();
  channel.cap();
};
template <class C>
inline constexpr bool kTriesSend = requires(C& channel, typename C::value_type& value) {
  { channel.try_send(value) } -> std::same_as<TrySend>;
};
template <class C>
inline constexpr bool kTriesRecv =
    requires(C& channel, std::optional<typename C::value_type>& value) {
      { channel.try_recv(value) } -> std::same_as<TryRecv>;
    };
template <class C>
inline constexpr bool kTries = kTriesSend<C> && kTriesRecv<C>;

// The same calls for any channel, so that a test compiles where the channel lacks them; it skips itself.
template <class C>
std::int64_t len_of(const C& channel) {
  if constexpr (kTellsLength<C>)
    return static_cast<std::int64_t>(channel.len());
  else
    return -1;
}
template <class C>
std::int64_t cap_of(const C& channel) {
  if constexpr (kTellsLength<C>)
    return static_cast<std::int64_t>(channel.cap());
  else
    return -1;
}
template <class C>
TrySend try_send_to(C& channel, typename C::value_type value) {
  if constexpr (kTriesSend<C>)
    return channel.try_send(value);
  else
    return TrySend::kFull;
}
template <class C>
TryRecv try_recv_from(C& channel, std::optional<typename C::value_type>& value) {
  if constexpr (kTriesRecv<C>)
    return channel.try_recv(value);
  else
    return TryRecv::kEmpty;
}

/// Whether constructing or calling `f` panics. For calls that never park.
template <class F>
bool panics(F&& f) {
  try {
    std::forward<F>(f)();
  } catch (const Panic&) {
    return true;
  }
  return false;
}

/// A native channel may refuse capacities that are not 2^k - 1; the portable one takes any.
inline bool takes_capacity(int capacity) {
  return !kNativeChannel || !panics([&] { const Channel<int> probe(capacity); });
}

/// Whether try_send and try_recv work at this capacity: a native channel may have them only when buffered.
inline bool tries_at(int capacity) {
  return kTries<Channel<int>> && !panics([&] {
    Channel<int> probe(capacity);
    std::optional<int> value;
    try_recv_from(probe, value);
  });
}

/// `for (UntilParked now(1, 0); !now.reached();) AWAIT yield();` returns when one channel has that many
/// parked senders and receivers. A native channel does not tell; there some yields must do.
class UntilParked {
 public:
  UntilParked(int senders, int receivers)
      : wanted_(": " + std::to_string(senders) + " wait to send, " + std::to_string(receivers) +
                " wait to receive"),
        turns_per_look_(1 + (senders + receivers) / 100) {}

  bool reached() {
    ++asked_;
    if constexpr (kNativeChannel) return asked_ > 500;
    if (asked_ % turns_per_look_ != 0) return false;
    return WaitPlace::describe_all().find(wanted_) != std::string::npos;
  }

 private:
  std::string wanted_;
  int turns_per_look_;  // A look counts all who wait, under the lock that the others need to begin.
  int asked_ = 0;
};

/// How many wait in all portable channels together; one that selects counts once for each of its cases.
inline int parked_in_channels() {
  const std::string text = WaitPlace::describe_all();
  const std::string senders = " wait to send, ";
  int parked = 0;
  for (auto place = text.find(senders); place != std::string::npos;
       place = text.find(senders, place + 1)) {
    parked += std::atoi(text.c_str() + text.rfind(' ', place - 1) + 1);
    parked += std::atoi(text.c_str() + place + senders.size());
  }
  return parked;
}

/// The same for wait groups and mutexes, which are portable in every lane: "wait group", "mutex".
inline bool waits_in(const char* kind, int goroutines) {
  const std::string text = WaitPlace::describe_all();
  const auto place = text.find(kind);
  if (place == std::string::npos) return false;
  return text.find("): " + std::to_string(goroutines) + " wait", place) != std::string::npos;
}

/// So many goroutines wait to read in a read-write mutex.
inline bool readers_wait(int goroutines) {
  const std::string wanted = ", " + std::to_string(goroutines) + " wait to read";
  return WaitPlace::describe_all().find(wanted) != std::string::npos;
}

/// The same to write.
inline bool writers_wait(int goroutines) {
  const std::string wanted = "): " + std::to_string(goroutines) + " wait to write";
  return WaitPlace::describe_all().find(wanted) != std::string::npos;
}

}  // namespace gauntlet::contract
