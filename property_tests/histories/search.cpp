// SPDX-License-Identifier: Apache-2.0
// The search: entries that are lifted and put back, a stack of what was done, a set of what was
// seen.
#include "property_tests/histories/search.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "property_tests/histories/configurations.hpp"
#include "property_tests/histories/entry_list.hpp"

namespace gauntlet::histories {
namespace {

using Kind = EntryList::Kind;
using Clock = std::chrono::steady_clock;

class Search {
 public:
  Search(const History& history, const Model& model, const Window& window, const Limits& limits)
      : history_(history),
        model_(model),
        window_(window),
        limits_(limits),
        deadline_(Clock::now() + limits.time),
        list_(history, window.operations),
        slot_of_(history.operations.size(), -1),
        seen_(window.operations.size()),
        state_(window.start),
        furthest_state_(window.start) {
    for (int slot = 0; slot < static_cast<int>(window.operations.size()); ++slot) {
      slot_of_[at(index_of(slot))] = slot;
      if (!history.operations[at(index_of(slot))].pending()) ++open_;
    }
  }

  Verdict run() {
    int node = list_.first();
    int choice = 0;
    while (open_ > 0) {
      const EntryList::Entry& entry = list_.entry(node);
      if (entry.kind == Kind::kCall && choice < model_.choices(index_of(entry.slot))) {
        if (step(entry.slot, choice)) {
          if (const std::string limit = reached_limit(); !limit.empty())
            return verdict(Verdict::kUnknown, limit);
          node = list_.first();
          choice = 0;
        } else {
          ++choice;
        }
      } else if (entry.kind ==
                 Kind::kCall) {  // It cannot be next. Perhaps what was called later can.
        node = list_.after(node);
        choice = 0;
      } else {  // Nothing that was called before this moment can be next: back.
        note_stuck(entry);
        if (steps_.empty()) return verdict(Verdict::kBroken, "no order explains what was answered");
        node = list_.node_of(steps_.back().slot, Kind::kCall);
        choice = steps_.back().choice + 1;
        undo();
      }
    }
    return verdict(Verdict::kLinearizable, "");
  }

 private:
  struct Step {
    int slot;
    int choice;
    State before;
    std::vector<int> done;  // The operations that this request completed, by index.
  };

  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  int index_of(int slot) const { return window_.operations[at(slot)]; }

  /// Requests the operation, unless the model forbids it or the configuration was here before.
  bool step(int slot, int choice) {
    State next = state_;
    std::vector<int> done;
    if (!model_.request(next, index_of(slot), choice, done)) return false;
    seen_.set(slot, true);
    if (!seen_.insert(next)) {
      seen_.set(slot, false);
      return false;
    }
    list_.lift(slot, Kind::kCall);
    list_.lift(slot, Kind::kParked);
    for (const int index : done) list_.lift(slot_of_[at(index)], Kind::kReturn);
    open_ -= answered(done);
    steps_.push_back({slot, choice, std::exchange(state_, std::move(next)), std::move(done)});
    return true;
  }

  void undo() {
    Step& last = steps_.back();
    for (auto index = last.done.rbegin(); index != last.done.rend(); ++index)
      list_.put_back(slot_of_[at(*index)], Kind::kReturn);
    list_.put_back(last.slot, Kind::kParked);
    list_.put_back(last.slot, Kind::kCall);
    open_ += answered(last.done);
    seen_.set(last.slot, false);
    state_ = std::move(last.before);
    steps_.pop_back();
  }

  int answered(const std::vector<int>& done) const {
    return static_cast<int>(std::count_if(done.begin(), done.end(), [&](int index) {
      return !history_.operations[at(index)].pending();
    }));
  }

  /// Everything before `entry` is explained; keeps the order that came furthest in time.
  void note_stuck(const EntryList::Entry& entry) {
    if (stuck_ >= 0 &&
        std::pair(entry.time, steps_.size()) <= std::pair(stuck_at_, furthest_.size()))
      return;
    stuck_ = index_of(entry.slot);
    stuck_at_ = entry.time;
    furthest_ = order();
    furthest_state_ = state_;
  }

  std::vector<int> order() const {
    std::vector<int> indices;
    for (const Step& step : steps_) indices.push_back(index_of(step.slot));
    return indices;
  }

  std::string reached_limit() const {
    constexpr std::size_t kLookAtTheClock = 1024;
    if (static_cast<std::int64_t>(seen_.size()) >= limits_.configurations)
      return "gave up after " + std::to_string(seen_.size()) + " configurations";
    if (seen_.bytes() >= limits_.bytes)
      return "gave up at " + std::to_string(seen_.bytes() >> 20U) + " MiB";
    if (seen_.size() % kLookAtTheClock == 0 && Clock::now() >= deadline_)
      return "gave up after " + std::to_string(limits_.time.count()) + " ms";
    return {};
  }

  Verdict verdict(Verdict::Kind kind, std::string reason) const {
    Verdict verdict{.kind = kind, .reason = std::move(reason)};
    verdict.configurations = static_cast<std::int64_t>(seen_.size());
    verdict.widest = window_.operations.size();
    verdict.explained = kind == Verdict::kLinearizable ? order() : furthest_;
    if (kind == Verdict::kBroken) {
      verdict.stuck = stuck_;
      verdict.state = in_words(furthest_state_);
    }
    return verdict;
  }

  const History& history_;
  const Model& model_;
  const Window& window_;
  const Limits& limits_;
  const Clock::time_point deadline_;
  EntryList list_;
  std::vector<int> slot_of_;  // By index; -1: in another window.
  Configurations seen_;
  State state_;
  std::vector<Step> steps_;
  int open_ = 0;  // Answered operations that are not yet done.
  int stuck_ = -1;
  Time stuck_at_ = 0;
  std::vector<int> furthest_;
  State furthest_state_;
};

}  // namespace

Verdict search(const History& history, const Model& model, const Window& window,
               const Limits& limits) {
  return Search(history, model, window, limits).run();
}

}  // namespace gauntlet::histories
