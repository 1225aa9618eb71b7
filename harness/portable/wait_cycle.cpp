// SPDX-License-Identifier: Apache-2.0
// A depth-first search for a way back.
#include "harness/portable/wait_cycle.hpp"

#include <algorithm>
#include <map>

#include "harness/portable/goroutine_dump.hpp"
#include "harness/portable/leaked.hpp"
#include "harness/portable/lock_holder.hpp"

namespace gauntlet {
namespace {

class Search {
 public:
  explicit Search(const std::vector<WaitsFor>& edges) {
    for (const WaitsFor& edge : edges) nodes_[edge.goroutine].others = edge.others;
  }

  std::vector<std::uint64_t> run() {
    for (auto& [goroutine, node] : nodes_)
      if (node.colour == Colour::kNew && finds_a_way_back(goroutine)) return cycle_;
    return {};
  }

 private:
  enum class Colour : std::uint8_t { kNew, kOnThePath, kDone };
  struct Node {
    std::vector<std::uint64_t> others;
    Colour colour = Colour::kNew;
    std::size_t tried = 0;
  };

  /// Without recursion: a chain of goroutines may be as long as memory.
  bool finds_a_way_back(std::uint64_t start) {
    std::vector<std::uint64_t> path{start};
    nodes_.at(start).colour = Colour::kOnThePath;
    while (!path.empty()) {
      Node& node = nodes_.at(path.back());
      if (node.tried == node.others.size()) {
        node.colour = Colour::kDone;
        path.pop_back();
        continue;
      }
      const std::uint64_t next = node.others[node.tried++];
      const auto found = nodes_.find(next);
      if (found == nodes_.end() || found->second.colour == Colour::kDone) continue;
      if (found->second.colour == Colour::kOnThePath) {
        cycle_.assign(std::find(path.begin(), path.end(), next), path.end());
        return true;
      }
      found->second.colour = Colour::kOnThePath;
      path.push_back(next);
    }
    return false;
  }

  std::map<std::uint64_t, Node> nodes_;
  std::vector<std::uint64_t> cycle_;
};

}  // namespace

std::vector<std::uint64_t> wait_cycle(const std::vector<WaitsFor>& edges) {
  return Search(edges).run();
}

std::vector<WaitsFor> wait_edges(const std::vector<GoroutineFacts>& goroutines,
                                 const std::vector<Reach>& shared) {
  std::vector<WaitsFor> edges;
  for (const GoroutineFacts& facts : goroutines) {
    if (facts.state != GoroutineState::kParked) continue;
    std::vector<std::uint64_t> others;
    if (facts.reason.holder != nullptr) {
      others.push_back(facts.reason.holder->id());
    } else {
      others = holders_for(facts, goroutines, shared);
      std::erase(others, facts.id);
    }
    std::erase(others, 0);
    if (!others.empty()) edges.push_back({facts.id, others});
  }
  return edges;
}

std::string cycle_text(const std::vector<GoroutineFacts>& goroutines,
                       const std::vector<Reach>& shared) {
  const std::vector<std::uint64_t> cycle = wait_cycle(wait_edges(goroutines, shared));
  if (cycle.empty())
    return "No cycle is known: somebody was to send, receive, close, signal or call done(), and did not.\n";
  std::map<std::uint64_t, const GoroutineFacts*> by_id;
  for (const GoroutineFacts& facts : goroutines) by_id[facts.id] = &facts;
  std::string text = "The cycle:\n";
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const WaitReason& reason = by_id.at(cycle[i])->reason;
    const std::string next = std::to_string(cycle[(i + 1) % cycle.size()]);
    text += "  goroutine " + std::to_string(cycle[i]) + " waits " + text_of(reason) +
            (reason.holder != nullptr ? ", which goroutine " + next + " holds\n"
                                      : ", which goroutine " + next + " could reach\n");
  }
  return text;
}

}  // namespace gauntlet
