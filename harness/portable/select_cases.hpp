// SPDX-License-Identifier: Apache-2.0
// The cases of one select, all together: Cases, known when compiled, or a CaseList, made while running.
//
// Both keep their cases where they are while the select runs, and the room that it works in, so that a
// select allocates nothing.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "harness/contract/panic.hpp"
#include "harness/portable/select_case.hpp"
#include "harness/portable/select_core.hpp"

namespace gauntlet {

/// `Cases{Recv{a(), x}, Send{b(), y()}}`: evaluated from left to right. `Otherwise` may stand last.
template <class... Case>
class Cases {
  using Tuple = std::tuple<Case...>;
  static constexpr std::size_t kCount = sizeof...(Case);
  static constexpr std::size_t kDefaults = (std::size_t{0} + ... + std::same_as<Case, Otherwise>);
  static constexpr bool kRefused = (std::derived_from<Case, NoSelect> || ...);
  static_assert(kDefaults == 0 || std::same_as<std::tuple_element_t<kCount - 1, Tuple>, Otherwise>,
                "the default stands last");
  static_assert(kDefaults < 2 && kDefaults < kCount, "one default at most, and not alone");

 public:
  /// Whose goroutines wait: that of the first case, as of all others.
  using Runtime = typename std::tuple_element_t<0, Tuple>::Runtime;

  explicit Cases(Case... cases) : cases_(std::move(cases)...) {
    if constexpr (kRefused) panic(NoSelect::kRefusal);
  }

  static constexpr bool has_default() { return kDefaults == 1; }
  static constexpr int default_index() { return static_cast<int>(kCount) - 1; }

  /// What one select works in; made in place.
  struct Room {
    std::tuple<typename Case::Parked...> parked;
    std::array<SelectEntry<Runtime>, kCount> entries;
    std::array<SelectEntry<Runtime>*, kCount> order;
  };

  /// From now on both stay where they are.
  void fill(Room& room) {
    if constexpr (!kRefused)
      with_places([&]<std::size_t... At>(std::index_sequence<At...>) {
        room.entries = {entry_of(std::get<At>(cases_), std::get<At>(room.parked))...};
      });
  }

  /// The case has committed: hands its value over.
  void accept(std::size_t index, Room& room) {
    with_places([&]<std::size_t... At>(std::index_sequence<At...>) {
      ((At == index ? std::get<At>(cases_).accept(std::get<At>(room.parked)) : void()), ...);
    });
  }

 private:
  template <class Use>
  static void with_places(Use&& use) {
    use(std::index_sequence_for<Case...>{});
  }

  template <class One>
  static SelectEntry<Runtime> entry_of(One& one, typename One::Parked& parked) {
    if constexpr (std::same_as<One, Otherwise>)
      return {};  // Never ready, as a nil channel.
    else
      return one.entry(parked);
  }

  Tuple cases_;
};

/// Cases that are made while running, as many as you like: Go's reflect.Select. Used again and again; a send
/// case that has committed is moved from, so set() it anew. One goroutine at a time.
template <class R>
class CaseListOf {
 public:
  using Runtime = R;

  /// Its index is what size() was before.
  template <SelectCase Case>
  void add(Case one) {
    cases_.push_back(kept(std::move(one)));
    entries_.resize(cases_.size());
    order_.resize(cases_.size());
  }
  template <SelectCase Case>
  void set(int index, Case one) {
    cases_.at(static_cast<std::size_t>(index)) = kept(std::move(one));
  }
  void clear() { cases_.clear(); }
  int size() const { return static_cast<int>(cases_.size()); }

  // --- For the select.

  struct Room {
    std::span<SelectEntry<R>> entries;
    std::span<SelectEntry<R>*> order;
  };
  void fill(Room& room) {
    for (std::size_t i = 0; i < cases_.size(); ++i) entries_[i] = cases_[i]->entry();
    room = {std::span(entries_).first(cases_.size()), order_};
  }
  void accept(std::size_t index) { cases_[index]->accept(); }

 private:
  struct Any {
    virtual ~Any() = default;
    virtual SelectEntry<R> entry() = 0;
    virtual void accept() = 0;
  };
  template <class Case>
  struct Kept final : Any {
    explicit Kept(Case&& given) : one(std::move(given)) {}
    SelectEntry<R> entry() override { return one.entry(parked); }
    void accept() override { one.accept(parked); }
    Case one;
    typename Case::Parked parked;
  };

  template <class Case>
  static std::unique_ptr<Any> kept(Case&& one) {
    static_assert(!std::same_as<Case, Otherwise>, "select(list, otherwise)");
    if constexpr (std::derived_from<Case, NoSelect>)
      panic(NoSelect::kRefusal);
    else
      return std::make_unique<Kept<Case>>(std::move(one));
  }

  std::vector<std::unique_ptr<Any>> cases_;
  std::vector<SelectEntry<R>> entries_;
  std::vector<SelectEntry<R>*> order_;
};

/// A CaseList as the cases of one select, with or without a default.
template <class R>
class CaseListUse {
 public:
  using Runtime = R;
  CaseListUse(CaseListOf<R>& list, bool has_default) : list_(list), has_default_(has_default) {}

  bool has_default() const { return has_default_; }
  int default_index() const { return list_.size(); }
  using Room = typename CaseListOf<R>::Room;
  void fill(Room& room) { list_.fill(room); }
  void accept(std::size_t index, Room&) { list_.accept(index); }

 private:
  CaseListOf<R>& list_;
  bool has_default_;
};

/// One select over such a set of cases, without its park, which is the colour's.
template <class Set>
class Selection {
 public:
  using Runtime = typename Set::Runtime;

  explicit Selection(Set&& set) : set_(std::move(set)), core_(filled()) {}
  Selection(const Selection&) = delete;
  Selection& operator=(const Selection&) = delete;

  /// True: over. False: suspend with stay_parked(), then finish().
  bool start() {
    if (!set_.has_default()) return core_.start();
    left_ = !core_.start_or_leave();
    return true;
  }
  void stay_parked(typename Runtime::Handle handle) { core_.stay_parked(handle); }
  void finish() { core_.finish(); }
  std::size_t cases() const { return core_.cases(); }

  /// The index of the chosen case, whose value is handed over. Panics as S8 says.
  int outcome() {
    if (left_) return set_.default_index();
    const auto outcome = core_.outcome();
    if (outcome.panics) panic("send on closed channel");
    set_.accept(outcome.index, room_);
    return static_cast<int>(outcome.index);
  }

 private:
  typename Set::Room& filled() {
    set_.fill(room_);
    return room_;
  }

  static constexpr std::size_t kCases = decltype(std::span(std::declval<typename Set::Room&>().entries))::extent;

  Set set_;
  typename Set::Room room_;
  SelectCore<Runtime, ObjectAtomics<Runtime>, ThreadChoice, kCases> core_;
  bool left_ = false;
};

}  // namespace gauntlet
