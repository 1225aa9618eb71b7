// SPDX-License-Identifier: Apache-2.0
// Starts from everyone who waits in a shared channel, and strikes out whom somebody may still wake, until
// nobody is left to strike out.
//
// Why it may look while others run. The handles are seen at one instant. Goroutines that were parked before
// it and still are in the same park after it were parked at it, and moved no handle. If they held all the
// handles then, nobody will ever get one.
#include "harness/portable/leaked.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "harness/portable/census.hpp"
#include "harness/portable/goroutine_dump.hpp"

namespace gauntlet {
namespace {

bool lies_in(const void* address, const std::byte* begin, std::size_t bytes) {
  const auto* byte = static_cast<const std::byte*>(address);
  return begin != nullptr && !std::less<>{}(byte, begin) && std::less<>{}(byte, begin + bytes);
}

/// 0: nobody's closure.
std::uint64_t owner_of(const void* handle, const std::vector<GoroutineFacts>& goroutines) {
  for (const GoroutineFacts& facts : goroutines)
    if (lies_in(handle, facts.closure, facts.closure_bytes)) return facts.id;
  return 0;
}

bool waits_in_channel(const GoroutineFacts& facts) {
  return facts.state == GoroutineState::kParked &&
         (facts.reason.what == WaitFor::kSend || facts.reason.what == WaitFor::kRecv);
}

}  // namespace

std::vector<std::uint64_t> holders_for(const GoroutineFacts& facts,
                                       const std::vector<GoroutineFacts>& goroutines,
                                       const std::vector<Reach>& shared) {
  if (!waits_in_channel(facts)) return {};
  const auto found = std::find_if(shared.begin(), shared.end(), [&](const Reach& reach) {
    return lies_in(facts.reason.place, reach.begin, reach.bytes);
  });
  if (found == shared.end()) return {};
  std::set<std::uint64_t> holders;
  for (const void* handle : found->handles) holders.insert(owner_of(handle, goroutines));
  if (holders.contains(0)) return {};
  return {holders.begin(), holders.end()};
}

std::vector<GoroutineFacts> leaked_among(const std::vector<GoroutineFacts>& goroutines,
                                         const std::vector<Reach>& shared) {
  std::map<std::uint64_t, std::vector<std::uint64_t>> suspects;
  for (const GoroutineFacts& facts : goroutines)
    if (auto holders = holders_for(facts, goroutines, shared); !holders.empty())
      suspects[facts.id] = std::move(holders);
  const auto may_be_woken = [&suspects](const auto& suspect) {
    return std::any_of(suspect.second.begin(), suspect.second.end(),
                       [&suspects](std::uint64_t holder) { return !suspects.contains(holder); });
  };
  while (std::erase_if(suspects, may_be_woken) > 0) {
  }
  std::vector<GoroutineFacts> leaked;
  std::copy_if(goroutines.begin(), goroutines.end(), std::back_inserter(leaked),
               [&suspects](const GoroutineFacts& facts) { return suspects.contains(facts.id); });
  return leaked;
}

std::vector<GoroutineFacts> find_leaked() {
  const std::vector<GoroutineFacts> before = Census::facts();
  const std::vector<Reach> shared = Reach::all();
  std::map<std::uint64_t, std::uint64_t> parks_after;
  for (const GoroutineFacts& facts : Census::facts()) parks_after[facts.id] = facts.parks;
  std::vector<GoroutineFacts> steady = before;
  for (GoroutineFacts& facts : steady) {
    const auto after = parks_after.find(facts.id);
    const bool same = after != parks_after.end() && after->second == facts.parks;
    if (!same) facts.state = GoroutineState::kRunning;
  }
  return leaked_among(steady, shared);
}

std::string leaked_text(const std::vector<GoroutineFacts>& leaked) {
  if (leaked.empty()) return {};
  const bool one = leaked.size() == 1;
  return "gauntlet: leak: " + std::to_string(leaked.size()) +
         (one ? " goroutine waits in a channel" : " goroutines wait in channels") +
         " that nobody else can reach\n\n" + text_of(leaked);
}

}  // namespace gauntlet
