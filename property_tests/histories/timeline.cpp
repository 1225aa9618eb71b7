// SPDX-License-Identifier: Apache-2.0
// The page of a history. Across it are events in order, not nanoseconds: who overlaps whom is what
// counts, and a wait of a millisecond would hide ten calls of a microsecond. Bars are as wide as
// their words need. The real times are in the bars' cards.
#include "property_tests/histories/timeline.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace gauntlet::histories {
namespace {

constexpr int kColumn = 24;  // Pixels between two events, at least.
constexpr int kLetter = 7;   // About what a letter of a bar takes.
constexpr int kLane = 58;
constexpr int kNames = 112;

constexpr std::string_view kStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #fbfaf7; --ink: #1d2329; --soft: #5d6975; --line: #d9dcdf;
  --good: #2f6fb3; --good-soft: #dfeaf6; --bad: #b3261e; --bad-soft: #f9dedb;
  --rest: #8a929a; --rest-soft: #eceeef;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15191d; --ink: #e6e9ec; --soft: #9aa5b0; --line: #333b43;
    --good: #7db4ee; --good-soft: #1e3349; --bad: #ff8a80; --bad-soft: #4b2020;
    --rest: #7b858f; --rest-soft: #262c32;
  }
}
body { margin: 2rem; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.25rem; margin: 0 0 .25rem; }
p { max-width: 90ch; margin: .25rem 0; }
.soft { color: var(--soft); }
.verdict { font-weight: 600; }
.verdict.broken { color: var(--bad); }
.scroll { overflow-x: auto; margin: 1.5rem 0 0; padding-bottom: 7rem; }
.plot { position: relative; }
.lane { position: absolute; left: 0; right: 0; border-top: 1px solid var(--line); }
.name { position: sticky; left: 0; display: inline-block; z-index: 3; padding: 1.05rem .5rem 0 0;
  background: var(--page); color: var(--soft); }
.bar { position: absolute; box-sizing: border-box; height: 34px; padding: 0 6px; border-radius: 6px;
  border: 1.5px solid var(--rest); background: var(--rest-soft); font-size: 12px; line-height: 31px;
  white-space: nowrap; }
.bar.good { border-color: var(--good); background: var(--good-soft); }
.bar.stuck { border: 2.5px solid var(--bad); background: var(--bad-soft); line-height: 29px; }
.bar.pending { border-right: 0; border-radius: 6px 0 0 6px; border-style: dashed; }
.bar b { color: var(--good); margin-right: 5px; }
.bar:hover, .bar:focus { z-index: 8; outline: 2px solid var(--ink); }
.parked { position: absolute; width: 0; height: 34px; border-left: 2px dotted var(--soft); z-index: 1; }
.card { display: none; position: absolute; top: 38px; left: 0; z-index: 9; padding: .4rem .6rem;
  border: 1px solid var(--soft); border-radius: 6px; background: var(--page); color: var(--ink);
  line-height: 1.45; white-space: pre; }
.bar:hover .card, .bar:focus .card { display: block; }
.end { position: absolute; top: 0; bottom: 0; border-left: 2px solid var(--bad); z-index: 2; }
.end span { position: absolute; bottom: -1.5rem; right: 6px; color: var(--bad); font-size: 12px;
  white-space: nowrap; }
li.stuck { color: var(--bad); font-weight: 600; list-style: none; }
code { font: 13px ui-monospace, monospace; }
)css";

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '&':
        safe += "&amp;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string element(std::string_view name, std::string_view attributes, std::string_view inside) {
  std::string text = "<" + std::string(name);
  if (!attributes.empty()) text += " " + std::string(attributes);
  return text + ">" + std::string(inside) + "</" + std::string(name) + ">";
}

std::string style(int left, int top, int width = -1) {
  std::string text =
      "style=\"left:" + std::to_string(left) + "px;top:" + std::to_string(top) + "px";
  if (width >= 0) text += ";width:" + std::to_string(width) + "px";
  return text + "\"";
}

/// `12.345 us`, from the first call on.
std::string in_microseconds(Time time) {
  constexpr Time kPerMicrosecond = 1'000;
  std::string fraction = std::to_string(time % kPerMicrosecond);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(time / kPerMicrosecond) + "." + fraction + " us";
}

class Page {
 public:
  Page(const History& history, const Verdict& verdict) : history_(history), verdict_(verdict) {
    for (const Operation& operation : history.operations) {
      lanes_.emplace(operation.goroutine, 0);
      for (const Time time : {operation.called, operation.seen_parked, operation.returned})
        if (time != kNever) places_.emplace(time, 0);
    }
    int lane = 0;
    for (auto& [goroutine, number] : lanes_) number = lane++;
    for (std::size_t i = 0; i < verdict.explained.size(); ++i)
      rank_[verdict.explained[i]] = static_cast<int>(i) + 1;
    place_events();
  }

  std::string whole(const std::string& title) const {
    return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width\">\n" +
           element("title", "", escaped(title)) + "\n" + element("style", "", kStyle) +
           "\n</head>\n<body>\n" + element("h1", "", escaped(title)) + "\n" + words() +
           element("div", "class=\"scroll\"", plot()) + "\n" + order() + "</body>\n</html>\n";
  }

 private:
  /// From left to right: each event where the words of the bars that end there fit.
  void place_events() {
    std::multimap<Time, int> ends;
    for (int index = 0; index < static_cast<int>(history_.operations.size()); ++index)
      ends.emplace(at(index).returned, index);
    int place = kNames;
    for (auto& [time, its_place] : places_) {
      const auto [first, last] = ends.equal_range(time);
      for (auto end = first; end != last; ++end)
        place = std::max(place, x(at(end->second).called) + width_of(end->second));
      its_place = place;
      place += kColumn;
    }
    width_ = place + kColumn;
    for (auto end = ends.lower_bound(kNever); end != ends.end(); ++end)
      width_ = std::max(width_, x(at(end->second).called) + width_of(end->second));
  }

  int width_of(int index) const {
    constexpr int kAround = 34;  // The number and the edges.
    return kAround + kLetter * static_cast<int>(label(index).size());
  }

  /// Without the channel where there is one only.
  std::string label(int index) const {
    std::string text = in_words(at(index));
    if (history_.capacities.size() > 1) return text;
    for (auto place = text.find(" on 0"); place != std::string::npos; place = text.find(" on 0"))
      text.erase(place, std::string_view(" on 0").size());
    return text;
  }

  std::string words() const {
    const bool broken = verdict_.kind == Verdict::kBroken;
    std::string said = broken                               ? "Not linearizable: " + verdict_.reason
                       : verdict_.kind == Verdict::kUnknown ? "Unknown: " + verdict_.reason
                                                            : "Linearizable.";
    std::string text =
        element("p", broken ? "class=\"verdict broken\"" : "class=\"verdict\"", escaped(said));
    std::string channels;
    for (std::size_t i = 0; i < history_.capacities.size(); ++i)
      channels += (i == 0 ? "Channel " : ", channel ") + std::to_string(i) + ": capacity " +
                  std::to_string(history_.capacities[i]);
    text += element("p", "class=\"soft\"",
                    channels +
                        ". From left to right are events in the order of the "
                        "clock, not to scale. Blue: the longest prefix that one order of single "
                        "steps explains, numbered in "
                        "that order. Red: the answer that cannot be explained. Dashed: not "
                        "returned when the recording ended. "
                        "A dotted line: seen waiting.");
    return text + "\n";
  }

  std::string plot() const {
    const int height = static_cast<int>(lanes_.size()) * kLane;
    std::string inside;
    for (const auto& [goroutine, lane] : lanes_)
      inside +=
          element("div", "class=\"lane\" " + style(0, lane * kLane),
                  element("span", "class=\"name\"", "goroutine " + std::to_string(goroutine)));
    for (int index = 0; index < static_cast<int>(history_.operations.size()); ++index)
      inside += bar(index);
    if (verdict_.stuck >= 0) {
      const Operation& stuck = at(verdict_.stuck);
      const int end = x(stuck.returned == kNever ? stuck.called : stuck.returned);
      inside +=
          element("div", "class=\"end\" style=\"left:" + std::to_string(end) + "px\"",
                  element("span", "",
                          "no order goes on here" +
                              (verdict_.state.empty() ? "" : "; " + escaped(verdict_.state))));
    }
    return element("div",
                   "class=\"plot\" style=\"width:" + std::to_string(width_) +
                       "px;height:" + std::to_string(height) + "px\"",
                   inside);
  }

  std::string bar(int index) const {
    const Operation& operation = at(index);
    const int left = x(operation.called);
    const int right = operation.pending() ? width_ : x(operation.returned);
    const int top = lanes_.at(operation.goroutine) * kLane + 12;
    const auto rank = rank_.find(index);
    std::string kind = "bar";
    if (index == verdict_.stuck)
      kind += " stuck";
    else if (rank != rank_.end())
      kind += " good";
    if (operation.pending()) kind += " pending";
    const std::string number =
        rank == rank_.end() ? "" : element("b", "", std::to_string(rank->second));
    std::string text = element("span", "", number + escaped(label(index))) +
                       element("span", "class=\"card\"", card(index));
    std::string bars = element(
        "div", "class=\"" + kind + "\" tabindex=\"0\" " + style(left, top, right - left), text);
    if (operation.seen_parked != kNever)
      bars += element("div", "class=\"parked\" " + style(x(operation.seen_parked), top), "");
    return bars + "\n";
  }

  std::string card(int index) const {
    const Operation& operation = at(index);
    const Time start = places_.begin()->first;
    std::string text = escaped(in_words(operation)) + "\ngoroutine " +
                       std::to_string(operation.goroutine) + "\ncalled " +
                       in_microseconds(operation.called - start);
    if (operation.seen_parked != kNever)
      text += "\nseen waiting " + in_microseconds(operation.seen_parked - start);
    text += operation.pending() ? "\nnot returned"
                                : "\nreturned " + in_microseconds(operation.returned - start);
    return text;
  }

  std::string order() const {
    std::string items;
    for (const int index : verdict_.explained) items += element("li", "", spoken(index)) + "\n";
    if (verdict_.stuck >= 0)
      items +=
          element("li", "class=\"stuck\"",
                  "then " + spoken(verdict_.stuck) + " cannot be: " + escaped(verdict_.state)) +
          "\n";
    return element("p", "",
                   verdict_.kind == Verdict::kLinearizable
                       ? "One order that explains all of it:"
                       : "The order of requests that comes furthest:") +
           element("ol", "", items) + "\n";
  }

  std::string spoken(int index) const {
    return "goroutine " + std::to_string(at(index).goroutine) + ": " +
           element("code", "", escaped(in_words(at(index))));
  }

  const Operation& at(int index) const {
    return history_.operations[static_cast<std::size_t>(index)];
  }
  int x(Time time) const { return places_.at(time); }

  const History& history_;
  const Verdict& verdict_;
  std::map<Time, int> places_;  // Pixels from the left.
  std::map<int, int> lanes_;    // By goroutine.
  std::map<int, int> rank_;     // In the order found, from 1.
  int width_ = 0;
};

}  // namespace

std::string timeline(const History& history, const Verdict& verdict, const std::string& title) {
  return Page(history, verdict).whole(title);
}

}  // namespace gauntlet::histories
