// SPDX-License-Identifier: Apache-2.0
// The words of every goroutine report.
#include "harness/portable/goroutine_dump.hpp"

#include <array>
#include <cstdio>
#include <map>

#include "harness/portable/census.hpp"
#include "harness/portable/lock_holder.hpp"

namespace gauntlet {
namespace {

struct Words {
  const char* state;  ///< In the brackets.
  const char* waits;  ///< After "waits ".
  const char* place;  ///< What the address names; null: there is none.
};

Words words_of(WaitFor what) {
  switch (what) {
    case WaitFor::kUnknown:
      return {"parked", "for something that does not tell", nullptr};
    case WaitFor::kSend:
      return {"chan send", "to send to", "channel"};
    case WaitFor::kRecv:
      return {"chan recv", "to receive from", "channel"};
    case WaitFor::kSelect:
      return {"select", "in a select over", nullptr};
    case WaitFor::kWaitGroup:
      return {"wait group", "for the count to reach 0 of", "wait group"};
    case WaitFor::kMutex:
      return {"mutex lock", "to lock", "mutex"};
    case WaitFor::kReadLock:
      return {"read lock", "to lock for reading", "read-write mutex"};
    case WaitFor::kWriteLock:
      return {"write lock", "to lock for writing", "read-write mutex"};
    case WaitFor::kOnce:
      return {"once", "for the first call to end of", "once"};
    case WaitFor::kCond:
      return {"cond wait", "to be signalled by", "condition"};
    case WaitFor::kSleep:
      return {"sleep", "for a timer", nullptr};
    case WaitFor::kContext:
      return {"context", "for the end of", "context"};
    case WaitFor::kBlockingCall:
      return {"blocking call", "for a call that blocks a thread", nullptr};
    case WaitFor::kIo:
      return {"IO wait", "for what comes or goes at", "descriptor"};
  }
  return {"parked", "for something unknown", nullptr};
}

std::string address_text(const void* address) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%p", address);
  return text.data();
}

std::string duration_text(std::int64_t ns) {
  std::array<char, 32> text{};
  const double seconds = static_cast<double>(ns) / 1e9;
  if (seconds < 120)
    std::snprintf(text.data(), text.size(), seconds < 10 ? "%.1f s" : "%.0f s", seconds);
  else
    std::snprintf(text.data(), text.size(), "%.0f min", seconds / 60);
  return text.data();
}

std::string state_text(const GoroutineFacts& facts) {
  switch (facts.state) {
    case GoroutineState::kReady:
      return "ready to run";
    case GoroutineState::kRunning:
      return "running";
    case GoroutineState::kParked:
      return words_of(facts.reason.what).state;
  }
  return "unknown";
}

std::string started_text(const GoroutineFacts& facts) {
  std::string text = "started at " + text_of(facts.site);
  if (facts.is_root) return text + ", the root";
  if (facts.parent == 0) return text + ", by a thread that is no goroutine";
  return text + ", by goroutine " + std::to_string(facts.parent);
}

/// All but number and time: those who agree in it share a block.
std::string sameness(const GoroutineFacts& facts) {
  std::string text = state_text(facts) + "\n";
  if (facts.state == GoroutineState::kParked) text += "  waits " + text_of(facts.reason) + "\n";
  return text + "  " + started_text(facts) + "\n";
}

struct Group {
  std::vector<std::uint64_t> ids;
  std::int64_t longest_ns = 0;
};

std::string header(const Group& group, const std::string& state) {
  constexpr std::size_t kMostIds = 12;
  std::string text;
  if (group.ids.size() == 1) {
    text = "goroutine " + std::to_string(group.ids[0]);
  } else {
    text = std::to_string(group.ids.size()) + " goroutines (";
    for (std::size_t i = 0; i < group.ids.size() && i < kMostIds; ++i)
      text += (i == 0 ? "" : ", ") + std::to_string(group.ids[i]);
    text += group.ids.size() > kMostIds ? ", ...)" : ")";
  }
  text += " [" + state;
  if (group.longest_ns > 0) text += ", " + duration_text(group.longest_ns);
  return text + "]:\n";
}

}  // namespace

std::string text_of(const std::source_location& site) {
  return std::string(site.file_name()) + ":" + std::to_string(site.line());
}

std::string text_of(const WaitReason& reason) {
  const Words words = words_of(reason.what);
  std::string text = words.waits;
  if (reason.what == WaitFor::kSelect) {
    const std::string cases = std::to_string(reason.number);
    return reason.number == 0 ? "in a select without cases, for ever"
                              : text + " " + cases + (reason.number == 1 ? " case" : " cases");
  }
  if (words.place == nullptr) return text;
  if (reason.place == nullptr) return text + " a nil " + words.place + ", for ever";
  text += std::string(" ") + words.place + " " + address_text(reason.place);
  if (reason.what == WaitFor::kSend || reason.what == WaitFor::kRecv)
    text += " (capacity " + std::to_string(reason.number) + ")";
  return text;
}

std::string text_of(const std::vector<GoroutineFacts>& goroutines) {
  std::map<std::string, Group> groups;
  std::vector<const std::string*> order;  // As their first members come.
  for (const GoroutineFacts& facts : goroutines) {
    const auto [place, fresh] = groups.try_emplace(sameness(facts));
    if (fresh) order.push_back(&place->first);
    place->second.ids.push_back(facts.id);
    place->second.longest_ns = std::max(place->second.longest_ns, facts.waited_ns);
  }
  std::string text;
  for (const std::string* same : order) {
    const Group& group = groups.at(*same);
    const std::size_t line = same->find('\n');
    std::string rest = same->substr(line + 1);
    if (group.ids.size() > 1 && rest.starts_with("  waits ")) rest.insert(2, "each ");
    text += (text.empty() ? "" : "\n") + header(group, same->substr(0, line)) + rest;
  }
  return text;
}

std::string dump_goroutines() {
  const std::string text = text_of(Census::facts());
  return text.empty() ? "no goroutine is alive on record (a build with GAUNTLET_REPORTS=0 keeps none)\n" : text;
}

std::string who_am_i() {
  const GoroutineRecord* self = Census::current();
  if (self == nullptr) return "a thread that runs no known goroutine";
  return "goroutine " + std::to_string(self->id()) + " (" + started_text(self->facts(0)) + ")";
}

}  // namespace gauntlet
