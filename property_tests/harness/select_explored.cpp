// SPDX-License-Identifier: Apache-2.0
// The select's protocol (locks in order, one gate, losers withdrawn) under explored schedules in weak memory:
// one case commits, nobody is forgotten, nothing is touched after its owner may end it. And its mutants.
#include <gtest/gtest.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "harness/portable/channel_core.hpp"
#include "harness/portable/select_core.hpp"
#include "property_tests/explore/expectations.hpp"
#include "property_tests/harness/model_runtime.hpp"

namespace gauntlet::explore {
namespace {

constexpr std::uint64_t kSchedules = 15'000;
constexpr std::uint64_t kMutantSchedules = 100'000;

struct ExplorerChoice {
  static std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(Explorer::now().choose(bound));
  }
};

/// Mutant: the gate (the only 32-bit word of a select) is looked at and then set, or not there at all.
template <class T, bool kNoGate>
struct OpenGate : MortalAtomic<T> {
  using MortalAtomic<T>::MortalAtomic;
  T exchange(T value, std::memory_order order) {
    if constexpr (kNoGate) return 0;
    const T before = this->load(order);
    this->store(value, std::memory_order_relaxed);
    return before;
  }
  T load(std::memory_order order) const { return kNoGate ? 0 : MortalAtomic<T>::load(order); }
};
template <bool kNoGate>
struct OpenGateAtomics : MortalAtomics {
  template <class T>
  using Atomic =
      std::conditional_t<std::same_as<T, std::uint32_t>, OpenGate<T, kNoGate>, MortalAtomic<T>>;
};

/// Others may go on right after a store, too: between an unlock and what its thread reads next.
template <class T>
struct RestlessAtomic : MortalAtomic<T> {
  using MortalAtomic<T>::MortalAtomic;
  void store(T value, std::memory_order order) {
    MortalAtomic<T>::store(value, order);
    Explorer::now().step();
  }
};
struct RestlessAtomics : MortalAtomics {
  template <class T>
  using Atomic = RestlessAtomic<T>;
};

/// What a mutant leaves out.
enum class Fault : std::uint8_t {
  kNone,
  kUnsorted,      ///< Locks in the order of the source.
  kLateHandle,    ///< Unlocks first, then publishes the handle.
  kStaleCase,     ///< Leaves the losers in their queues.
  kHastyFinish,   ///< Withdraws the losers without their locks.
};

template <class Atomics>
using ChannelIn = ChannelCore<ModelRuntime, std::uint64_t, Atomics>;

/// One select over two channels, kept outside of the goroutine's stack: its death is seen.
template <class Atomics, Fault kFault = Fault::kNone>
struct TwoCases {
  using Channel = ChannelIn<Atomics>;
  using Core = SelectCore<ModelRuntime, Atomics, ExplorerChoice>;
  using Entry = typename Core::Entry;
  struct Case {
    Channel* channel;
    std::optional<std::uint64_t> sends;  // Nothing: it receives.
  };

  std::array<typename Channel::Sender, 2> senders;
  std::array<typename Channel::Receiver, 2> receivers;
  std::array<std::uint64_t, 2> values{};
  std::array<Entry, 2> entries;
  std::array<Entry*, 2> order{};
  std::optional<Core> core;

  TwoCases(Case first, Case second) {
    const std::array<Case, 2> cases{first, second};
    for (std::size_t i = 0; i < 2; ++i) {
      values[i] = cases[i].sends.value_or(0);
      senders[i].source = &values[i];
      entries[i].channel = cases[i].channel;
      entries[i].sends = cases[i].sends.has_value();
      entries[i].waiter = entries[i].sends
                              ? static_cast<typename Channel::Parked*>(&senders[i])
                              : static_cast<typename Channel::Parked*>(&receivers[i]);
    }
    core.emplace(entries, order);
    if constexpr (kFault == Fault::kUnsorted) order = {&entries[0], &entries[1]};
  }

  void stay_parked(std::size_t handle) {
    if constexpr (kFault == Fault::kLateHandle) {
      for (Entry* entry : order) entry->channel->unlock();
      for (Entry* entry : order) entry->waiter->handle = handle;
    } else {
      core->stay_parked(handle);
    }
  }

  std::size_t finish() {
    if constexpr (kFault == Fault::kHastyFinish) {
      for (Entry* entry : order) entry->channel->withdraw(*entry->waiter, entry->sends);
    } else if constexpr (kFault != Fault::kStaleCase) {
      core->finish();
      return core->outcome().index;
    }
    return entries[0].waiter->ok ? 0 : 1;
  }

  /// Which case; the select is over and dead.
  std::size_t run() {
    std::size_t index = 0;
    if (core->start()) {
      index = core->outcome().index;
    } else {
      ModelRuntime::suspend([this](std::size_t handle) {
        stay_parked(handle);
        return true;
      });
      index = finish();
    }
    core.reset();
    return index;
  }
};

template <class Channel>
void send(Channel& channel, std::uint64_t value) {
  typename Channel::Sender self;
  if (channel.start_send(value, self)) return;
  ModelRuntime::suspend([&](std::size_t handle) {
    channel.stay_parked(self, handle);
    return true;
  });
}

/// A channel of capacity 0. A failed schedule leaves waiters in it, in frames that are gone: then it stays.
template <class Atomics>
class Bare {
 public:
  ChannelIn<Atomics>& operator*() { return *channel_; }
  ChannelIn<Atomics>* operator->() { return channel_; }

  /// At the end of a schedule: nobody waits.
  void expect_no_trace() {
    std::uint64_t value = 0;
    std::optional<std::uint64_t> got;
    if (channel_->try_recv(got) == TryRecv::kReceived || channel_->try_send(value) == TrySend::kSent)
      Explorer::now().fail("a trace is left");
    else
      delete std::exchange(channel_, nullptr);
  }

 private:
  ChannelIn<Atomics>* channel_ = new ChannelIn<Atomics>(0);
};

/// Two selects against each other on crossed channels, twice: they always meet, in one of the two.
template <class Atomics, Fault kFault = Fault::kNone>
struct Crossed {
  static constexpr std::size_t kThreads = 2;
  using Select = TwoCases<Atomics, kFault>;
  ModelRuntime runtime;
  Bare<Atomics> a;
  Bare<Atomics> b;
  std::array<PlainDatum, 4> letters;
  std::array<std::array<std::size_t, 2>, 2> chosen{};
  std::array<std::optional<Select>, 4> selects;  // Outlive the threads, so that a touch is seen.

  void thread(std::size_t self) {
    for (std::size_t round = 0; round < 2; ++round) {
      letters[2 * self + round].write(round + 1);
      auto& select = selects[2 * self + round];
      if (self == 0)
        select.emplace(typename Select::Case{&*a, 10 + round}, typename Select::Case{&*b, std::nullopt});
      else
        select.emplace(typename Select::Case{&*b, 20 + round}, typename Select::Case{&*a, std::nullopt});
      const std::size_t index = select->run();
      chosen[self][round] = index;
      if (index == 1) {
        if (select->receivers[1].value != (self == 0 ? 20 : 10) + round)
          Explorer::now().fail("a value is lost or invented");
        if (letters[2 * (1 - self) + round].read() != round + 1)
          Explorer::now().fail("the letter is not seen");
      }
    }
  }
  void finish() {
    for (std::size_t round = 0; round < 2; ++round)
      if (chosen[0][round] == chosen[1][round]) Explorer::now().fail("two cases committed, or none");
    a.expect_no_trace();
    b.expect_no_trace();
  }
};

/// A select that receives twice, and two plain senders; the selecting goroutine is not number 0.
template <class Atomics, Fault kFault = Fault::kNone>
struct TwoSenders {
  static constexpr std::size_t kThreads = 3;
  using Select = TwoCases<Atomics, kFault>;
  ModelRuntime runtime;
  Bare<Atomics> a;
  Bare<Atomics> b;
  std::array<PlainDatum, 2> work;
  std::array<std::optional<Select>, 2> selects;
  std::array<int, 2> times{};

  void thread(std::size_t self) {
    if (self < 2) {
      work[self].write(self + 1);
      send(self == 0 ? *a : *b, self + 1);
      return;
    }
    for (auto& select : selects) {
      select.emplace(typename Select::Case{&*a, std::nullopt}, typename Select::Case{&*b, std::nullopt});
      const std::size_t index = select->run();
      ++times[index];
      if (select->receivers[index].value != index + 1) Explorer::now().fail("a value is lost");
      if (work[index].read() != index + 1) Explorer::now().fail("work is not seen");
    }
  }
  void finish() {
    if (times[0] != 1 || times[1] != 1) Explorer::now().fail("a value came twice");
    a.expect_no_trace();
    b.expect_no_trace();
  }
};

/// A select against a close of one channel and a try_send to the other: whoever wins, all agree.
template <class Atomics>
struct AgainstClose {
  static constexpr std::size_t kThreads = 3;
  using Select = TwoCases<Atomics>;
  ModelRuntime runtime;
  Bare<Atomics> a;
  Bare<Atomics> b;
  std::optional<Select> select;
  std::size_t chosen = 9;
  TrySend answer = TrySend::kClosed;

  void thread(std::size_t self) {
    if (self == 0) {
      a->close();
    } else if (self == 1) {
      std::uint64_t value = 5;
      answer = b->try_send(value);
    } else {
      select.emplace(typename Select::Case{&*a, std::nullopt}, typename Select::Case{&*b, std::nullopt});
      chosen = select->run();
    }
  }
  void finish() {
    if (chosen == 0 && (select->receivers[0].value || answer != TrySend::kFull))
      Explorer::now().fail("closed, and yet a value was taken");
    if (chosen == 1 && (select->receivers[1].value != 5 || answer != TrySend::kSent))
      Explorer::now().fail("a value from nowhere");
    a.expect_no_trace();
    b.expect_no_trace();
  }
};

/// A select that sends and receives against try_send and try_recv; a close ends what they left open.
template <class Atomics>
struct AgainstTryCalls {
  static constexpr std::size_t kThreads = 3;
  using Select = TwoCases<Atomics>;
  ModelRuntime runtime;
  Bare<Atomics> a;
  Bare<Atomics> b;
  std::optional<Select> select;
  std::size_t chosen = 9;
  bool sent = false;
  std::optional<std::uint64_t> taken;

  void thread(std::size_t self) {
    if (self == 0) {
      std::uint64_t value = 5;
      sent = a->try_send(value) == TrySend::kSent;
      if (!sent) a->close();
    } else if (self == 1) {
      b->try_recv(taken);
    } else {
      select.emplace(typename Select::Case{&*a, std::nullopt}, typename Select::Case{&*b, 7});
      chosen = select->run();
    }
  }
  void finish() {
    if (taken.has_value() != (chosen == 1)) Explorer::now().fail("they disagree about the send");
    if (taken && *taken != 7) Explorer::now().fail("another value");
    if (chosen == 0 && (select->receivers[0].value == 5) != sent)
      Explorer::now().fail("they disagree about the receive");
    if (chosen == 1 && sent) Explorer::now().fail("two cases committed");
    a.expect_no_trace();
    b.expect_no_trace();
  }
};

/// At every instant one of two buffers has a value: the default is never chosen (S5). The mutant asks one
/// channel after the other.
template <bool kOneByOne>
struct AlwaysSomething {
  static constexpr std::size_t kThreads = 2;
  using Select = TwoCases<MortalAtomics>;
  ModelRuntime runtime;
  ChannelIn<MortalAtomics> a{1};
  ChannelIn<MortalAtomics> b{1};

  AlwaysSomething() {
    std::uint64_t value = 1;
    a.try_send(value);
  }
  void thread(std::size_t self) {
    std::optional<std::uint64_t> got;
    if (self == 0) {
      std::uint64_t value = 2;
      b.try_send(value);
      a.try_recv(got);
    } else if constexpr (kOneByOne) {
      if (b.try_recv(got) != TryRecv::kReceived && a.try_recv(got) != TryRecv::kReceived)
        Explorer::now().fail("default, though something was ready");
    } else {
      Select select({&b, std::nullopt}, {&a, std::nullopt});
      if (!select.core->start_or_leave()) Explorer::now().fail("default, though something was ready");
    }
  }
  void finish() {}
};

/// The park's last step runs on another stack (thread 1) while a sender (thread 2) may already resume: the
/// select must not end before stay_parked() has unlocked the last channel. What it ends leads into a trap.
template <Fault kFault>
struct ParkedElsewhere {
  static constexpr std::size_t kThreads = 3;
  using Select = TwoCases<RestlessAtomics, kFault>;
  ModelRuntime runtime;
  std::optional<ChannelIn<RestlessAtomics>> trap{std::in_place, 0};
  Bare<RestlessAtomics> a;
  Bare<RestlessAtomics> b;
  typename Select::Entry into_trap;
  std::optional<Select> select;
  ModelAtomic<std::uint32_t> left;

  void thread(std::size_t self) {
    if (self == 0) {
      into_trap.channel = &*trap;
      trap.reset();
      select.emplace(typename Select::Case{&*a, std::nullopt}, typename Select::Case{&*b, std::nullopt});
      if (!select->core->start()) {
        ModelRuntime::suspend([this](std::size_t) {
          left.store(1, std::memory_order_release);  // Pairs with the acquire below.
          return true;
        });
        select->finish();
      } else {
        left.store(2, std::memory_order_release);
      }
      select->order.fill(&into_trap);
    } else if (self == 1) {
      std::uint32_t how = 0;
      while ((how = left.load(std::memory_order_acquire)) == 0) ModelAtomics::relax();
      if (how == 1) select->stay_parked(0);
    } else {
      // The lower address is unlocked first: so there the wake-up can come early.
      send(&*a < &*b ? *a : *b, 1);
    }
  }
  void finish() {
    a.expect_no_trace();
    b.expect_no_trace();
  }
};

TEST(SelectExplored, S1_two_selects_on_crossed_channels_meet_in_one_case) {
  expect_sound<Crossed<MortalAtomics>>(kSchedules);
}

TEST(SelectExplored, S1_two_senders_are_received_once_each) {
  expect_sound<TwoSenders<MortalAtomics>>(kSchedules);
}

TEST(SelectExplored, S8_a_close_and_a_try_send_agree_with_it) { expect_sound<AgainstClose<MortalAtomics>>(kSchedules); }

TEST(SelectExplored, S1_try_calls_agree_with_it) { expect_sound<AgainstTryCalls<MortalAtomics>>(kSchedules); }

TEST(SelectExplored, S5_never_the_default_while_something_is_ready) {
  expect_sound<AlwaysSomething<false>>(kSchedules);
}

TEST(SelectExplored, S1_it_ends_after_the_last_touch_of_its_park) {
  expect_sound<ParkedElsewhere<Fault::kNone>>(kSchedules);
}

TEST(SelectExplored, mutant_without_a_gate_is_caught) {
  expect_caught<TwoSenders<OpenGateAtomics<true>>>(kMutantSchedules, kForAnyReason);
  expect_caught<Crossed<OpenGateAtomics<true>>>(kMutantSchedules, kForAnyReason);
}

TEST(SelectExplored, mutant_whose_gate_lets_two_cases_commit_is_caught) {
  expect_caught<TwoSenders<OpenGateAtomics<false>>>(kMutantSchedules, kForAnyReason);
}

TEST(SelectExplored, mutant_that_leaves_a_stale_case_is_caught) {
  expect_caught<TwoSenders<MortalAtomics, Fault::kStaleCase>>(kMutantSchedules, "touched after its death");
}

TEST(SelectExplored, mutant_that_publishes_its_handle_late_is_caught) {
  expect_caught<TwoSenders<MortalAtomics, Fault::kLateHandle>>(kMutantSchedules, kLostWakeUp);
}

TEST(SelectExplored, mutant_that_locks_in_the_order_of_the_source_is_caught) {
  expect_caught<Crossed<MortalAtomics, Fault::kUnsorted>>(kMutantSchedules, "no end in sight: livelock");
}

TEST(SelectExplored, mutant_that_asks_one_channel_after_the_other_is_caught) {
  expect_caught<AlwaysSomething<true>>(kMutantSchedules, kForAnyReason);
}

TEST(SelectExplored, mutant_that_ends_before_its_park_is_over_is_caught) {
  expect_caught<ParkedElsewhere<Fault::kHastyFinish>>(kMutantSchedules, "touched after its death");
}

TEST(SelectExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<Crossed<MortalAtomics>>(kMutantSchedules, "data race", Weakening::kNoRelease);
}

}  // namespace
}  // namespace gauntlet::explore
