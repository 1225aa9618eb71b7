// SPDX-License-Identifier: Apache-2.0
// The shipped histories get the verdicts they ship with, and every faulty judge gets some of them
// wrong.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include "property_tests/histories/history_file.hpp"
#include "property_tests/histories/judge.hpp"
#include "property_tests/histories/laws.hpp"

namespace gauntlet::histories {
namespace {

std::map<std::string, HistoryFile> shipped() {
  std::map<std::string, HistoryFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(GAUNTLET_SHIPPED_HISTORIES))
    files.emplace(entry.path().stem(), read_history(entry.path()));
  return files;
}

std::string word_for(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::kLinearizable:
      return "linearizable";
    case Verdict::kBroken:
      return "broken";
    case Verdict::kUnknown:
      break;
  }
  return "unknown";
}

/// How many shipped histories a judge gets wrong that sees them so.
int wrong_verdicts(const std::function<void(History&)>& distort) {
  int wrong = 0;
  for (auto& [name, file] : shipped()) {
    distort(file.history);
    wrong += word_for(judge(file.history).kind) != file.verdict ? 1 : 0;
  }
  return wrong;
}

}  // namespace

TEST(Verdicts, shipped_histories_get_the_verdict_they_ship_with) {
  int good = 0;
  int bad = 0;
  for (const auto& [name, file] : shipped()) {
    const Verdict verdict = judge(file.history);
    EXPECT_EQ(word_for(verdict.kind), file.verdict) << name << ": " << verdict.reason;
    EXPECT_EQ(verdict.reason.substr(0, file.reason.size()), file.reason)
        << name << ": " << verdict.reason;
    EXPECT_EQ(name.substr(0, 4) == "good", file.verdict == "linearizable") << name;
    (file.verdict == "linearizable" ? good : bad) += 1;
  }
  EXPECT_GE(good, 12);
  EXPECT_GE(bad, 20);
}

TEST(Verdicts, a_broken_law_is_found_by_the_search_too) {
  for (const auto& [name, file] : shipped()) {
    if (breach_of(file.history).law.empty()) continue;
    EXPECT_GE(judge(file.history).stuck, 0) << name;
    EXPECT_NE(judge(file.history).state, "") << name;
  }
}

TEST(Verdicts, some_histories_keep_every_law_and_only_the_search_sees_it) {
  int only_searched = 0;
  for (const auto& [name, file] : shipped())
    only_searched += file.verdict == "broken" && breach_of(file.history).law.empty() ? 1 : 0;
  EXPECT_GE(only_searched, 6);
}

TEST(Verdicts, a_linearizable_history_is_explained_whole_and_a_broken_one_up_to_where_it_is_stuck) {
  const auto files = shipped();
  EXPECT_EQ(judge(files.at("good_rendezvous").history).explained.size(), 4U);
  const Verdict verdict = judge(files.at("bad_empty_with_a_value_inside").history);
  EXPECT_EQ(verdict.explained, std::vector<int>{0});
  EXPECT_EQ(verdict.stuck, 1);
  EXPECT_EQ(verdict.state, "channel 0: [1]");
}

TEST(Verdicts, a_judge_that_runs_out_of_its_limits_says_unknown) {
  const auto files = shipped();
  for (const char* name : {"good_rendezvous", "bad_empty_with_a_value_inside"}) {
    const Verdict verdict = judge(files.at(name).history, {.configurations = 1});
    EXPECT_EQ(verdict.kind, Verdict::kUnknown) << name;
    EXPECT_EQ(verdict.reason, "gave up after 1 configurations");
    EXPECT_EQ(judge(files.at(name).history, {.bytes = 1}).kind, Verdict::kUnknown) << name;
  }
}

TEST(Verdicts, what_is_no_history_is_refused) {
  History history{
      .capacities = {1},
      .operations = {{.call = Call::kSend, .answer = Answer::kReceived, .returned = 1}}};
  EXPECT_THROW(judge(history), std::invalid_argument);
  history.operations = {
      {.call = Call::kRecv, .answer = Answer::kClosed, .called = 5, .returned = 4}};
  EXPECT_THROW(judge(history), std::invalid_argument);
  history.operations = {
      {.call = Call::kClose, .answer = Answer::kDone, .channel = 1, .returned = 4}};
  EXPECT_THROW(judge(history), std::invalid_argument);
  const Operation send{.call = Call::kSend, .answer = Answer::kSent, .value = 3, .returned = 4};
  history.operations = {send, send};
  EXPECT_THROW(judge(history), std::invalid_argument);
}

// Faulty judges. Each is the judge over a history from which one thing was taken away.

TEST(FaultyJudge, one_that_ignores_real_time_is_caught) {
  EXPECT_GE(wrong_verdicts([](History& history) {
              for (Operation& operation : history.operations) {
                operation.called = 0;
                operation.seen_parked = kNever;
                if (!operation.pending()) operation.returned = 1'000;
              }
            }),
            5);
}

TEST(FaultyJudge, one_that_ignores_capacity_is_caught) {
  EXPECT_GE(wrong_verdicts([](History& history) {
              for (int& capacity : history.capacities) capacity = 1'000;
            }),
            3);
}

TEST(FaultyJudge, one_that_treats_pending_as_absent_is_caught) {
  EXPECT_GE(wrong_verdicts([](History& history) {
              std::erase_if(history.operations, [](const Operation& one) { return one.pending(); });
            }),
            2);
}

TEST(FaultyJudge, one_that_takes_pending_for_done_at_once_is_caught) {
  EXPECT_GE(wrong_verdicts([](History& history) {
              for (Operation& operation : history.operations) {
                if (operation.pending() && operation.call == Call::kRecv) {
                  operation.answer = Answer::kClosed;
                  operation.returned = operation.called;
                }
              }
            }),
            1);
}

TEST(FaultyJudge, one_that_ignores_who_was_seen_waiting_is_caught) {
  EXPECT_GE(wrong_verdicts([](History& history) {
              for (Operation& operation : history.operations) operation.seen_parked = kNever;
            }),
            3);
}

TEST(FaultyJudge, one_that_knows_only_the_laws_is_caught) {
  int missed = 0;
  for (const auto& [name, file] : shipped())
    missed += word_for(judge_by_laws(file.history).kind) != file.verdict ? 1 : 0;
  EXPECT_GE(missed, 6);
}

TEST(HistoryFiles, are_read_back_as_they_were_written) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "history_file_test.json";
  for (const auto& [name, file] : shipped()) {
    write_history(path, file);
    const HistoryFile again = read_history(path);
    EXPECT_EQ(again.history, file.history) << name;
    EXPECT_EQ(again.story, file.story) << name;
  }
  std::filesystem::remove(path);
}

TEST(HistoryFiles, a_file_that_is_no_history_is_named) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "no_history_test.json";
  write_history(path, {.story = "a verb that is not there", .history = {}});
  try {
    read_history(path.string() + ".absent");
    ADD_FAILURE() << "read a file that is not there";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(".absent"), std::string::npos) << error.what();
  }
  std::filesystem::remove(path);
}

}  // namespace gauntlet::histories
