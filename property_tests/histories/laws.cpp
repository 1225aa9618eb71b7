// SPDX-License-Identifier: Apache-2.0
// The laws, channel by channel: what was sent and received, then close, capacity, order.
#include "property_tests/histories/laws.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace gauntlet::histories {
namespace {

constexpr int kNobody = -1;
std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// What became of one value.
struct Journey {
  int value = kNoValue;
  int offered = kNobody;   // The operation that offered it.
  int received = kNobody;  // The one that received it.
  bool sent = false;       // Its offer was told so.
  bool refused = false;    // Its offer was told that it did not go.
};

/// Everything that one channel saw.
struct Traffic {
  std::vector<Journey> journeys;
  std::vector<int> closes;         // Done or pending.
  std::vector<int> told_closed;    // Of any kind; a select that panicked is not among them.
  std::vector<int> found_drained;  // Receives that were told so.
  std::vector<int> told_open;      // Would block, or closed it.
  std::vector<int> open_receives;  // Pending: they may have taken a value.
  std::vector<int> lengths;
};

class Laws {
 public:
  explicit Laws(const History& history) : history_(history), traffic_(history.capacities.size()) {}

  Breach breach() {
    sort_out();
    for (int channel = 0; found_.law.empty() && channel < static_cast<int>(traffic_.size());
         ++channel) {
      const Traffic& traffic = traffic_[at(channel)];
      check_close(traffic);
      check_capacity(traffic, history_.capacities[at(channel)]);
      check_order(traffic);
    }
    return found_;
  }

 private:
  const Operation& op(int index) const { return history_.operations[at(index)]; }

  void found(std::string law, std::vector<int> operations) {
    if (found_.law.empty()) found_ = {std::move(law), std::move(operations)};
  }

  /// Loss aside: a value is received once, after it was offered, and if its offer did not fail.
  void sort_out() {
    std::unordered_map<int, std::pair<int, std::size_t>> place;  // value -> channel, journey.
    for (int index = 0; index < static_cast<int>(history_.operations.size()); ++index) {
      const auto cases = cases_of(op(index));
      const Passage passage = passage_of(op(index));
      for (const Case& one : cases) {
        Traffic& traffic = traffic_[at(one.channel)];
        if (!one.sends) {
          if (op(index).pending()) traffic.open_receives.push_back(index);
          continue;
        }
        const bool sent = passage.sends && passage.value == one.value;
        place[one.value] = {one.channel, traffic.journeys.size()};
        traffic.journeys.push_back(
            {one.value, index, kNobody, sent, !sent && !op(index).pending()});
      }
      sort_out_answer(index);
    }
    for (int index = 0; index < static_cast<int>(history_.operations.size()); ++index) {
      const Passage passage = passage_of(op(index));
      if (passage.sends || passage.value == kNoValue) continue;
      const std::string value = std::to_string(passage.value);
      const auto origin = place.find(passage.value);
      if (origin == place.end() || origin->second.first != passage.channel) {
        found("invented: " + value + " was received and never sent there", {index});
        continue;
      }
      Journey& journey = traffic_[at(passage.channel)].journeys[origin->second.second];
      if (journey.received != kNobody)
        found("doubled: " + value + " was received twice", {journey.received, index});
      else if (journey.refused)
        found("refused and received: " + value + " was received although its send did not succeed",
              {journey.offered, index});
      else if (op(index).returned < op(journey.offered).called)
        found("from the future: " + value + " was received before it was sent",
              {journey.offered, index});
      journey.received = index;
    }
  }

  void sort_out_answer(int index) {
    const Operation& operation = op(index);
    if (operation.selects() && (operation.answer != Answer::kClosed)) return;
    const int channel =
        operation.selects() ? operation.cases[at(operation.chosen)].channel : operation.channel;
    Traffic& traffic = traffic_[at(channel)];
    switch (operation.answer) {
      case Answer::kClosed:
        traffic.told_closed.push_back(index);
        if (operation.call != Call::kTrySend) traffic.found_drained.push_back(index);
        break;
      case Answer::kPanicked:
        traffic.told_closed.push_back(index);
        break;
      case Answer::kWouldBlock:
        traffic.told_open.push_back(index);
        break;
      case Answer::kDone:
        traffic.told_open.push_back(index);
        traffic.closes.push_back(index);
        break;
      case Answer::kPending:
        if (operation.call == Call::kClose) traffic.closes.push_back(index);
        break;
      case Answer::kLength:
        traffic.lengths.push_back(index);
        break;
      case Answer::kSent:
      case Answer::kReceived:
        break;
    }
  }

  void check_close(const Traffic& traffic) {
    int first_close = kNobody;
    Time closed_by = kNever;  // The first close that returned.
    for (const int close : traffic.closes) {
      if (first_close == kNobody || op(close).called < op(first_close).called) first_close = close;
      closed_by = std::min(closed_by, op(close).returned);
      if (op(close).answer == Answer::kDone && op(traffic.closes.front()).answer == Answer::kDone &&
          close != traffic.closes.front())
        found("closed twice", {traffic.closes.front(), close});
    }
    for (const int told : traffic.told_closed) {
      if (first_close == kNobody || op(told).returned < op(first_close).called)
        found("told closed before anybody closed it", {told});
    }
    for (const int told : traffic.told_open)
      if (op(told).called > closed_by) found("told open after it was closed", {told});

    Time drained_by = kNever;
    for (const int told : traffic.found_drained)
      drained_by = std::min(drained_by, op(told).returned);
    std::vector<int> missing;
    for (const Journey& journey : traffic.journeys) {
      const std::string value = std::to_string(journey.value);
      if (journey.sent && op(journey.offered).called > closed_by)
        found("sent after close: " + value, {journey.offered});
      if (journey.received != kNobody && op(journey.received).called > drained_by)
        found("received after it was drained: " + value, {journey.received});
      if (journey.sent && journey.received == kNobody) missing.push_back(journey.offered);
    }
    if (drained_by != kNever && missing.size() > traffic.open_receives.size())
      found("lost: found closed and drained, and " + std::to_string(missing.size()) +
                " of the values sent never came out",
            missing);
  }

  /// A value is inside from the return of its send, at the latest, to the call of a receive, at the
  /// earliest.
  void check_capacity(const Traffic& traffic, int capacity) {
    struct Change {
      Time time;
      int inside;  // -1 sorts first: at equal times they overlap.
      int index;
    };
    std::vector<Change> changes;
    for (const Journey& journey : traffic.journeys) {
      if (journey.sent) changes.push_back({op(journey.offered).returned, +1, journey.offered});
      if (journey.received == kNobody) continue;
      changes.push_back({op(journey.received).called, -1, journey.received});
      if (capacity == 0 && op(journey.offered).returned < op(journey.received).called)
        found("no rendezvous: the send of " + std::to_string(journey.value) +
                  " returned before its receive was called",
              {journey.offered, journey.received});
    }
    for (const int index : traffic.open_receives) changes.push_back({op(index).called, -1, index});
    std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
      return std::pair(a.time, a.inside) < std::pair(b.time, b.inside);
    });
    int inside = 0;
    for (const Change& change : changes) {
      inside += change.inside;
      if (inside > capacity)
        found("over capacity: " + std::to_string(inside) + " values inside, capacity " +
                  std::to_string(capacity),
              {change.index});
    }
    for (const int index : traffic.lengths) {
      if (op(index).value < 0 || op(index).value > capacity)
        found("over capacity: len said " + std::to_string(op(index).value) + ", capacity " +
                  std::to_string(capacity),
              {index});
    }
  }

  /// C8: if a was requested before b on one side, then not after b on the other.
  void check_order(const Traffic& traffic) {
    std::vector<const Journey*> by_request;
    std::vector<const Journey*> by_call;
    for (const Journey& journey : traffic.journeys) {
      const bool may_be_taken = journey.received == kNobody && !traffic.open_receives.empty();
      if (journey.sent && !may_be_taken) by_request.push_back(&journey);
      if (journey.received != kNobody) by_call.push_back(&journey);
    }
    std::sort(by_request.begin(), by_request.end(), [&](const Journey* a, const Journey* b) {
      return op(a->offered).requested_by() < op(b->offered).requested_by();
    });
    std::sort(by_call.begin(), by_call.end(), [&](const Journey* a, const Journey* b) {
      return op(a->offered).called < op(b->offered).called;
    });
    const auto taken_from = [&](const Journey& journey) {
      return journey.received == kNobody ? kNever : op(journey.received).called;
    };
    const Journey* latest =
        nullptr;  // Of those sent before b: the one whose receive was called last.
    auto earlier = by_request.begin();
    for (const Journey* b : by_call) {
      for (; earlier != by_request.end() &&
             op((*earlier)->offered).requested_by() < op(b->offered).called;
           ++earlier)
        if (latest == nullptr || taken_from(**earlier) > taken_from(*latest)) latest = *earlier;
      if (latest != nullptr && taken_from(*latest) > op(b->received).requested_by())
        found("out of order: " + std::to_string(b->value) + " was received before " +
                  std::to_string(latest->value) + ", which was sent first",
              {latest->offered, b->offered, b->received});
    }
  }

  const History& history_;
  std::vector<Traffic> traffic_;
  Breach found_;
};

}  // namespace

Breach breach_of(const History& history) { return Laws(history).breach(); }

}  // namespace gauntlet::histories
