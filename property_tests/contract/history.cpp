// SPDX-License-Identifier: Apache-2.0
// Histories recorded under real parallelism must be linearizable: some order of single steps of
// Go's channel explains every answer. property_tests/histories/judge.hpp is the judge; a failure
// says how to run it again, and where the smallest part of the history that cannot be explained is
// drawn.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/detail/Configuration.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "property_tests/contract/lane.hpp"
#include "property_tests/histories/complaint.hpp"
#include "property_tests/histories/judge.hpp"
#include "property_tests/histories/program.hpp"
#include "property_tests/histories/record.hpp"

namespace gauntlet::contract {
namespace {

using histories::Command;
using histories::Ending;
using histories::History;
using histories::Mix;
using histories::Program;
using histories::Verdict;

constexpr int kPrograms = at_most(30, 10);
constexpr Mix kWaiting{.sends = 6, .recvs = 6};
constexpr Mix kTrying{.sends = 4, .recvs = 4, .try_sends = 4, .try_recvs = 4, .lens = 2};
constexpr Mix kClosing{.sends = 8, .recvs = 8, .try_sends = 2, .try_recvs = 2, .closes = 1};
constexpr Mix kSelecting{
    .sends = 4, .recvs = 4, .try_sends = 1, .try_recvs = 1, .closes = 1, .selects = 8};
constexpr Mix kAll{.sends = 5, .recvs = 5, .try_sends = 3, .try_recvs = 3, .closes = 1, .lens = 1};

/// Capacities that native channels hold, too.
const std::vector<int> kBuffered{1, 3, 7};
const std::vector<int> kUnbuffered{0};

/// The mix without what this lane's channel cannot do at such a capacity.
Mix possible(Mix mix, int capacity) {
  if (!tries_at(capacity)) {
    mix.recvs += mix.try_recvs;
    mix.sends += mix.try_sends;
    mix.try_recvs = mix.try_sends = 0;
  }
  if (!kTellsLength<Channel<int>>) mix.lens = 0;
  return mix;
}

Mix without_selects(Mix mix) {
  mix.selects = 0;
  return mix;
}

/// Draws from GAUNTLET_SEED.
class Dice {
 public:
  int operator()(int below) {
    return static_cast<int>(random_() % static_cast<std::uint64_t>(below));
  }
  int one_of(const std::vector<int>& numbers) {
    return numbers[static_cast<std::size_t>((*this)(static_cast<int>(numbers.size())))];
  }

 private:
  std::mt19937_64 random_{seed()};
};

std::vector<Command> some_commands(const Mix& mix, int channels, int count, Dice& dice) {
  std::vector<Command> commands;
  for (int c = 0; c < count; ++c)
    commands.push_back(histories::any_command(mix, channels, std::ref(dice)));
  return commands;
}

/// Branches of any calls; whatever gets stuck is ended by close.
Program any_branches(const std::vector<int>& capacities, const Mix& wanted, Dice& dice) {
  Program program{.capacities = {dice.one_of(capacities)}, .prefix = {}, .branches = {}};
  program.ending = dice(2) == 0 ? Ending::kClose : Ending::kTakeThenClose;
  const Mix mix = possible(wanted, program.capacities.front());
  for (int branches = 2 + dice(at_most(4, 3)); branches > 0; --branches)
    program.branches.push_back(some_commands(mix, 1, 2 + dice(30), dice));
  return program;
}

/// As many sends as receives, by different goroutines: nothing gets stuck, nobody waits when it is
/// closed.
Program paired_branches(int capacity, int pairs, int each, Dice& dice) {
  Program program{
      .capacities = {capacity}, .prefix = {}, .branches = {}, .ending = Ending::kNothing};
  for (int pair = 0; pair < pairs; ++pair) {
    program.branches.push_back(some_commands({.sends = 1, .recvs = 0}, 1, each, dice));
    program.branches.push_back(some_commands({.sends = 0, .recvs = 1}, 1, each, dice));
  }
  return program;
}

std::string failure_of(const History& history, const Verdict& verdict,
                       const std::string& properties = {}) {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  return histories::complaint(history, verdict,
                              {.lane = std::string(UnderTest::info.name),
                               .workers = workers(),
                               .seed = seed(),
                               .test = std::string(test->test_suite_name()) + "." + test->name(),
                               .properties = properties});
}

/// What was judged in one test; told in its record.
struct Tally {
  std::int64_t histories = 0;
  std::int64_t operations = 0;
  std::int64_t configurations = 0;
  std::size_t widest = 0;

  void add(const History& history, const Verdict& verdict) {
    ++histories;
    operations += static_cast<std::int64_t>(history.operations.size());
    configurations += verdict.configurations;
    widest = std::max(widest, verdict.widest);
  }
  void tell() const {
    ::testing::Test::RecordProperty("histories", std::to_string(histories));
    ::testing::Test::RecordProperty("operations", std::to_string(operations));
    ::testing::Test::RecordProperty("configurations", std::to_string(configurations));
    ::testing::Test::RecordProperty("widest_window", std::to_string(widest));
  }
};

/// Records programs, each some times, and has every history judged. No verdict is no pass.
template <class Make>
void expect_linearizable(int programs, Make&& make) {
  constexpr int kTimesEach = 4;
  Dice dice;
  Tally tally;
  for (int p = 0; p < programs; ++p) {
    const Program program = make(dice);
    for (int time = 0; time < kTimesEach; ++time) {
      const History history = histories::Recording(program).run(workers());
      const Verdict verdict = histories::judge(history);
      tally.add(history, verdict);
      if (verdict.kind != Verdict::kLinearizable)
        FAIL() << program << "\n" << failure_of(history, verdict);
    }
  }
  tally.tell();
}

// --- random programs that RapidCheck shrinks
// ------------------------------------------------------------

/// A list of up to `most`, from which RapidCheck takes away when it shrinks.
template <class T>
rc::Gen<std::vector<T>> up_to(int most, rc::Gen<T> gen) {
  return rc::gen::resize(
      most, rc::gen::container<std::vector<T>>(rc::gen::resize(rc::kNominalSize, gen)));
}

rc::Gen<Command> command_of(const Mix& mix, int channels) {
  return rc::gen::map(rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()),
                      [=](std::uint64_t drawn) {
                        std::mt19937_64 random(drawn);
                        return histories::any_command(mix, channels, [&](int below) {
                          return static_cast<int>(random() % static_cast<std::uint64_t>(below));
                        });
                      });
}

/// Once a fault was seen it is looked for harder, or shrinking would lose one that needs luck; but
/// not for ever.
class Hunt {
 public:
  /// How often to run the next program; 0: shrinking has had its time.
  int times() const {
    constexpr int kOnceSeen = 15;
    constexpr std::chrono::seconds kShrinks{10};
    if (!seen_) return at_most(4, 2);
    return std::chrono::steady_clock::now() - *seen_ < kShrinks ? kOnceSeen : 0;
  }
  void saw_it() {
    if (!seen_) seen_ = std::chrono::steady_clock::now();
  }

 private:
  std::optional<std::chrono::steady_clock::time_point> seen_;
};

void check_program(const Program& program) {
  static std::map<std::string, Hunt> hunts;
  Hunt& hunt = hunts[::testing::UnitTest::GetInstance()->current_test_info()->name()];
  RC_LOG() << program << "\n";
  for (int time = hunt.times(); time > 0; --time) {
    const History history = histories::Recording(program).run(workers());
    const Verdict verdict = histories::judge(history);
    if (verdict.kind == Verdict::kLinearizable) continue;
    hunt.saw_it();
    const auto rapidcheck_seed = rc::detail::configuration().testParams.seed;
    RC_FAIL(failure_of(history, verdict, "seed=" + std::to_string(rapidcheck_seed)));
  }
}

void check_any_program(const std::vector<int>& capacities, const Mix& wanted = kAll) {
  Program program{.capacities = capacities, .prefix = {}, .branches = {}};
  const Mix mix = possible(wanted, *std::min_element(capacities.begin(), capacities.end()));
  const int channels = static_cast<int>(capacities.size());
  constexpr int kLongestPrefix = 6;
  constexpr int kMostBranches = 4;
  constexpr int kLongestBranch = 8;
  program.prefix = *up_to(kLongestPrefix, command_of(without_selects(mix), 1)).as("one by one");
  program.branches =
      *up_to(kMostBranches, up_to(kLongestBranch, command_of(mix, channels))).as("at once");
  program.ending = *rc::gen::element(Ending::kClose, Ending::kTakeThenClose);
  check_program(program);
}

}  // namespace

TEST(History, C8_paired_sends_and_receives_are_linearizable) {
  expect_linearizable(kPrograms, [](Dice& dice) {
    return paired_branches(dice.one_of({0, 1, 3, 7}), 1 + dice(2), 1 + dice(40), dice);
  });
}

TEST(History, C8_long_runs_are_linearizable) {
  expect_linearizable(2, [](Dice& dice) {
    return paired_branches(dice.one_of({0, 3, 7}), 2, at_most(2'000, 500), dice);
  });
}

TEST(History, C1_C2_a_buffered_channel_is_linearizable) {
  expect_linearizable(kPrograms,
                      [](Dice& dice) { return any_branches(kBuffered, kWaiting, dice); });
}

TEST(History, C12_close_ends_what_waits_on_an_unbuffered_channel) {
  expect_linearizable(kPrograms,
                      [](Dice& dice) { return any_branches(kUnbuffered, kWaiting, dice); });
}

TEST(History, C3_C4_C6_tries_and_lengths_of_a_buffered_channel_are_linearizable) {
  expect_linearizable(kPrograms, [](Dice& dice) { return any_branches(kBuffered, kTrying, dice); });
}

TEST(History, C3_C4_tries_of_an_unbuffered_channel_are_linearizable) {
  if (!tries_at(0)) GTEST_SKIP() << "n/a (no try_send and no try_recv at capacity 0)";
  expect_linearizable(kPrograms,
                      [](Dice& dice) { return any_branches(kUnbuffered, kTrying, dice); });
}

TEST(History, C5_close_races_of_a_buffered_channel_are_linearizable) {
  expect_linearizable(kPrograms,
                      [](Dice& dice) { return any_branches(kBuffered, kClosing, dice); });
}

TEST(History, C12_close_races_of_an_unbuffered_channel_are_linearizable) {
  expect_linearizable(kPrograms,
                      [](Dice& dice) { return any_branches(kUnbuffered, kClosing, dice); });
}

TEST(History, C8_who_waits_first_is_served_first) {
  if (kNativeChannel) GTEST_SKIP() << "n/a (a native channel does not tell who waits)";
  expect_linearizable(kPrograms, [](Dice& dice) {
    Program program{.capacities = {dice(3)}, .prefix = {}, .branches = {}};
    program.ending = dice(2) == 0 ? Ending::kClose : Ending::kTakeThenClose;
    const bool senders = dice(2) == 0;
    const Mix one_side{.sends = senders ? 1 : 0, .recvs = senders ? 0 : 1};
    const Mix other_side{.sends = senders ? 0 : 3,
                         .recvs = senders ? 3 : 0,
                         .try_sends = senders ? 0 : 1,
                         .try_recvs = senders ? 1 : 0};
    program.prefix = some_commands(one_side, 1, 2 + dice(5), dice);
    for (int branches = 1 + dice(3); branches > 0; --branches)
      program.branches.push_back(some_commands(other_side, 1, 1 + dice(3), dice));
    return program;
  });
}

TEST(History, S1_S5_selects_over_several_channels_are_linearizable) {
  GAUNTLET_NEEDS_SELECT();
  expect_linearizable(kPrograms, [](Dice& dice) {
    Program program{.capacities = {}, .prefix = {}, .branches = {}};
    for (int channels = 1 + dice(3); channels > 0; --channels)
      program.capacities.push_back(dice(3));
    program.ending = dice(2) == 0 ? Ending::kClose : Ending::kTakeThenClose;
    const int channels = static_cast<int>(program.capacities.size());
    for (int branches = 2 + dice(at_most(3, 2)); branches > 0; --branches)
      program.branches.push_back(some_commands(kSelecting, channels, 2 + dice(12), dice));
    return program;
  });
}

RC_GTEST_PROP(History, C1_C5_random_commands_on_a_buffered_channel_are_linearizable, ()) {
  check_any_program({*rc::gen::element(1, 3).as("capacity")});
}

RC_GTEST_PROP(History, C12_random_commands_on_an_unbuffered_channel_are_linearizable, ()) {
  check_any_program({0});
}

RC_GTEST_PROP(History, C10_random_commands_on_three_channels_are_linearizable, ()) {
  check_any_program({1, 3, 1});
}

RC_GTEST_PROP(History, S1_S8_random_selects_are_linearizable, ()) {
  GAUNTLET_NEEDS_SELECT();
  check_any_program({0, *rc::gen::element(0, 1).as("capacity")}, kSelecting);
}

}  // namespace gauntlet::contract
