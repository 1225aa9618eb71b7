// SPDX-License-Identifier: Apache-2.0
// Properties of select over random shapes, by RapidCheck. Repeat a failure with the RC_PARAMS it prints.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "property_tests/contract/counted.hpp"
#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {
namespace {

constexpr int kPerSender = 1'000;

/// Senders and receivers that each use some of the channels, by selects made while running.
struct SelectShape {
  std::vector<int> capacities;
  std::vector<std::vector<int>> senders;    // Which channels each may send to; one may come twice.
  std::vector<std::vector<int>> receivers;  // All of them, in an order of its own.
  int values;                               // Of each sender.
  int yields;                               // Every so many operations it yields; 0: never.
  bool polls;                               // Receivers ask with a default first.
};

SelectShape any_select_shape() {
  SelectShape shape{};
  const int channels = *rc::gen::inRange(1, 5).as("channels");
  for (int i = 0; i < channels; ++i)
    shape.capacities.push_back(*rc::gen::element(0, 0, 1, 3).as("capacity"));
  const int senders = *rc::gen::inRange(1, 5).as("senders");
  for (int i = 0; i < senders; ++i)
    shape.senders.push_back(*rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(
                                                   rc::gen::inRange(0, channels)))
                                 .as("channels of a sender"));
  const int receivers = *rc::gen::inRange(1, 4).as("receivers");
  for (int i = 0; i < receivers; ++i) {
    auto order = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, channels)).as("first asks");
    for (int each = 0; each < channels; ++each) order.push_back(each);
    if (order.size() > 6) order.erase(order.begin(), order.end() - 6);
    shape.receivers.push_back(order);
  }
  for (auto& sender : shape.senders) sender.resize(std::min<std::size_t>(sender.size(), 5));
  shape.values = *rc::gen::inRange(0, 25).as("values of each sender");
  shape.yields = *rc::gen::element(0, 1, 3).as("yield every n-th time");
  shape.polls = *rc::gen::arbitrary<bool>().as("poll with a default");
  return shape;
}

struct ReceivedFrom {
  int channel;
  int number;
};

/// Runs the shape; what each receiver got, in its order.
std::vector<std::vector<ReceivedFrom>> run_select_shape(const SelectShape& shape) {
  std::vector<std::vector<ReceivedFrom>> got(shape.receivers.size());
  std::deque<Channel<Counted>> channels;
  for (const int capacity : shape.capacities) channels.emplace_back(capacity);
  WaitGroup sending(static_cast<int>(shape.senders.size()));
  drive([&]() -> Task {
    for (std::size_t r = 0; r < shape.receivers.size(); ++r) {
      go([&, r]() -> Task {
        std::optional<Counted> value;
        std::vector<int> open = shape.receivers[r];
        while (!open.empty()) {
          CaseList cases;
          for (const int each : open)
            cases.add(recv(channels[static_cast<std::size_t>(each)], value));
          int chosen = cases.size();
          if (shape.polls) chosen = AWAIT select(cases, otherwise);
          if (chosen == cases.size()) chosen = AWAIT select(cases);
          const int channel = open[static_cast<std::size_t>(chosen)];
          if (value)
            got[r].push_back({channel, value->number()});
          else
            open.erase(std::remove(open.begin(), open.end(), channel), open.end());
          value.reset();
          if (shape.yields != 0 && got[r].size() % static_cast<std::size_t>(shape.yields) == 0)
            AWAIT yield();
        }
      });
    }
    for (std::size_t s = 0; s < shape.senders.size(); ++s) {
      go([&, s]() -> Task {
        for (int n = 0; n < shape.values; ++n) {
          CaseList cases;
          for (const int each : shape.senders[s])
            cases.add(send(channels[static_cast<std::size_t>(each)],
                           Counted(static_cast<int>(s) * kPerSender + n)));
          AWAIT select(cases);
          if (shape.yields != 0 && n % shape.yields == 0) AWAIT yield();
        }
        sending.done();
      });
    }
    AWAIT sending.wait();
    for (auto& channel : channels) channel.close();
  });
  return got;
}

}  // namespace

RC_GTEST_PROP(Select, S1_S8_over_any_mix_nothing_is_lost_doubled_or_invented, ()) {
  if (!kSelects) GTEST_SKIP() << "n/a (native channel has no select)";
  const SelectShape shape = any_select_shape();
  std::map<int, int> times;
  for (const auto& receiver : run_select_shape(shape))
    for (const ReceivedFrom& one : receiver) ++times[one.number];
  std::map<int, int> expected;
  for (int s = 0; s < static_cast<int>(shape.senders.size()); ++s)
    for (int n = 0; n < shape.values; ++n) expected[s * kPerSender + n] = 1;
  RC_ASSERT(times == expected);
  RC_ASSERT(Counted::alive() == 0);
}

RC_GTEST_PROP(Select, C8_each_receiver_sees_each_senders_values_of_one_channel_in_order, ()) {
  if (!kSelects) GTEST_SKIP() << "n/a (native channel has no select)";
  const SelectShape shape = any_select_shape();
  for (const auto& receiver : run_select_shape(shape)) {
    std::map<std::pair<int, int>, int> last;  // Channel and sender.
    for (const ReceivedFrom& one : receiver) {
      const auto from = std::pair(one.channel, one.number / kPerSender);
      const auto before = last.find(from);
      // In parentheses: RapidCheck's own || evaluates both sides.
      RC_ASSERT((before == last.end() || before->second < one.number));
      last[from] = one.number;
    }
  }
}

// One goroutine alone: a select with a default answers as bounded queues do.
RC_GTEST_PROP(Select, S3_S5_S8_the_choice_is_one_that_is_ready_and_the_default_only_if_none_is, ()) {
  if (!kSelects) GTEST_SKIP() << "n/a (native channel has no select)";
  struct Model {
    int capacity;
    std::deque<int> values;
    bool closed;
  };
  struct Step {
    std::vector<std::pair<int, bool>> cases;  // A channel, and whether to send to it.
    int closes;                               // A channel to close first; -1: none.
  };
  const int count = *rc::gen::inRange(1, 5).as("channels");
  const auto capacities = *rc::gen::container<std::vector<int>>(static_cast<std::size_t>(count),
                                                                rc::gen::inRange(0, 4));
  const auto one_case = rc::gen::pair(rc::gen::inRange(0, count), rc::gen::arbitrary<bool>());
  const auto steps = *rc::gen::container<std::vector<Step>>(
      rc::gen::construct<Step>(rc::gen::container<std::vector<std::pair<int, bool>>>(one_case),
                               rc::gen::weightedOneOf<int>({{15, rc::gen::just(-1)},
                                                            {1, rc::gen::inRange(0, count)}})));
  std::vector<std::string> wrong;
  std::deque<Channel<int>> channels;
  std::vector<Model> models;
  for (const int capacity : capacities) {
    channels.emplace_back(capacity);
    models.push_back({capacity, {}, false});
  }
  drive([&]() -> Task {
    int number = 0;
    for (const Step& step : steps) {
      if (step.closes >= 0) {
        Model& model = models[static_cast<std::size_t>(step.closes)];
        if (panics([&] { channels[static_cast<std::size_t>(step.closes)].close(); }) != model.closed)
          wrong.push_back("close");
        model.closed = true;
      }
      ++number;
      CaseList cases;
      std::optional<int> got;
      std::vector<int> ready;
      bool may_panic = false;
      for (const auto& [which, sends] : step.cases) {
        const Model& model = models[static_cast<std::size_t>(which)];
        const bool full = static_cast<int>(model.values.size()) == model.capacity;
        if (model.closed || (sends ? !full : !model.values.empty())) ready.push_back(cases.size());
        may_panic = may_panic || (sends && model.closed);
        if (sends)
          cases.add(send(channels[static_cast<std::size_t>(which)], number));
        else
          cases.add(recv(channels[static_cast<std::size_t>(which)], got));
      }
      bool panicked = false;
      int chosen = -1;
      try {
        chosen = AWAIT select(cases, otherwise);
      } catch (const Panic&) {
        panicked = true;
      }
      if (panicked) {
        if (!may_panic) wrong.push_back("panic without a closed channel to send to");
        continue;
      }
      if (chosen == cases.size()) {
        if (!ready.empty()) wrong.push_back("default though something was ready");
        continue;
      }
      if (std::find(ready.begin(), ready.end(), chosen) == ready.end()) {
        wrong.push_back("a case that was not ready");
        continue;
      }
      const auto [which, sends] = step.cases[static_cast<std::size_t>(chosen)];
      Model& model = models[static_cast<std::size_t>(which)];
      if (sends) {
        if (model.closed) wrong.push_back("sent to a closed channel");
        model.values.push_back(number);
      } else if (model.values.empty()) {
        if (got) wrong.push_back("a value out of nothing");
      } else {
        if (got != model.values.front()) wrong.push_back("another value than the oldest");
        model.values.pop_front();
      }
      AWAIT yield();
    }
    AWAIT yield();
  });
  RC_ASSERT(wrong == std::vector<std::string>{});
}

}  // namespace gauntlet::contract
