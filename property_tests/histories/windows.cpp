// SPDX-License-Identifier: Apache-2.0
// Windows: channels joined by selects, then cuts at moments whose state is known.
#include "property_tests/histories/windows.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace gauntlet::histories {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// Which channels belong together: union-find, without ranks, for the handful that a history has.
class Groups {
 public:
  explicit Groups(std::size_t channels) : parent_(channels) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  int of(int channel) const {
    while (parent_[at(channel)] != channel) channel = parent_[at(channel)];
    return channel;
  }
  void join(int one, int other) { parent_[at(of(one))] = of(other); }

 private:
  std::vector<int> parent_;
};

/// Some channel of the operation; -1 for a select without cases, which touches nothing.
int channel_of(const Operation& operation) {
  if (!operation.selects()) return operation.channel;
  return operation.cases.empty() ? -1 : operation.cases.front().channel;
}

void cut(const History& history, const std::vector<int>& operations, std::vector<Window>& windows) {
  State start(history.capacities.size());
  State state = start;
  std::vector<int> inside(history.capacities.size(), 0);  // Sent and not yet received, by channel.
  Time quiet_from = -1;                                   // When the last of those so far returned.
  Window window{.operations = {}, .start = start};
  for (const int index : operations) {
    const Operation& operation = history.operations[at(index)];
    const bool known = std::all_of(inside.begin(), inside.end(), [](int n) { return n == 0; });
    if (!window.operations.empty() && operation.called > quiet_from && known) {
      windows.push_back(std::move(window));
      window = {.operations = {}, .start = state};
    }
    window.operations.push_back(index);
    quiet_from = std::max(quiet_from, operation.returned);
    const Passage passage = passage_of(operation);
    if (passage.value != kNoValue) inside[at(passage.channel)] += passage.sends ? 1 : -1;
    if (operation.call == Call::kClose && operation.answer == Answer::kDone)
      state[at(operation.channel)].closed = true;
  }
  if (!window.operations.empty()) windows.push_back(std::move(window));
}

}  // namespace

std::vector<Window> windows_of(const History& history) {
  Groups groups(history.capacities.size());
  for (const Operation& operation : history.operations)
    for (const Case& one : operation.cases) groups.join(one.channel, channel_of(operation));

  std::vector<int> order(history.operations.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return history.operations[at(a)].called < history.operations[at(b)].called;
  });
  std::map<int, std::vector<int>> parts;
  for (const int index : order) {
    const int channel = channel_of(history.operations[at(index)]);
    if (channel >= 0) parts[groups.of(channel)].push_back(index);
  }
  std::vector<Window> windows;
  for (const auto& [group, operations] : parts) cut(history, operations, windows);
  return windows;
}

}  // namespace gauntlet::histories
