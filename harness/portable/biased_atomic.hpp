// SPDX-License-Identifier: Apache-2.0
// An atomic whose read-modify-writes are none on the thread that has the bias (bias.hpp).
//
// Who changes one is a member (then nobody else has the bias, or it has it itself) or comes as a visitor. Loads are loads.
// A seq_cst operation stays what it is: its partner may be a load that comes without a fence.
#pragma once

#include <atomic>
#include <cstdint>

#include "harness/contract/atomics.hpp"
#include "harness/portable/bias.hpp"

namespace gauntlet {

/// `By`: whose bias. `By::bias()`; `By::member()`, the calling thread's, null for a visitor; `By::seek()`, by one that is
/// offered it or has just lost it; `By::Atomics`, the bias's own, and `By::Member`.
template <class T, class By>
class BiasedAtomic : private By::Atomics::template Atomic<T> {
 public:
  using Plain = typename By::Atomics::template Atomic<T>;
  using Member = typename By::Member;
  using Plain::load;
  using Plain::Plain;

  [[gnu::always_inline]] T exchange(T desired, std::memory_order order) {
    return change(
        order, [desired](T) { return desired; },
        [this, desired, order] { return Plain::exchange(desired, order); });
  }
  [[gnu::always_inline]] T fetch_add(T more, std::memory_order order) {
    return change(
        order, [more](T value) { return static_cast<T>(value + more); },
        [this, more, order] { return Plain::fetch_add(more, order); });
  }
  [[gnu::always_inline]] T fetch_sub(T less, std::memory_order order) {
    return change(
        order, [less](T value) { return static_cast<T>(value - less); },
        [this, less, order] { return Plain::fetch_sub(less, order); });
  }

  [[gnu::always_inline]] bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                                                      std::memory_order failure) {
    Member* const self = By::member();
    if (success != std::memory_order_seq_cst && is_alone(self)) {
      // acquire pairs with a store that needed no visit, see plain(). Nobody else changes it now.
      const T seen = load(std::memory_order_acquire);
      const bool same = seen == expected;
      // release: for those who load it. Each order is as strong as what it stands for.
      if (same) Plain::store(desired, std::memory_order_release);
      self->end();
      expected = seen;
      return same;
    }
    if (self == nullptr) [[unlikely]] {
      // By value, as in as_member().
      const Compared compared = as_visitor([this, expected, desired, success, failure] {
        Compared result{false, expected};
        result.same = Plain::compare_exchange_strong(result.seen, desired, success, failure);
        return result;
      });
      expected = compared.seen;
      return compared.same;
    }
    if (self->standing() != Standing::kMember) [[unlikely]]
      seek();
    return Plain::compare_exchange_strong(expected, desired, success, failure);
  }
  [[gnu::always_inline]] bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                                                    std::memory_order failure) {
    return compare_exchange_strong(expected, desired, success, failure);
  }

  [[gnu::always_inline]] void store(T value, std::memory_order order) {
    as_member(By::member(), [this, value, order] {
      Plain::store(value, order);
      return true;
    });
  }

  /// For a store that needs no visit: only where the owner of the bias changes nothing while it stands, as it finds a lock
  /// held that the caller releases.
  Plain& plain() { return *this; }

 private:
  struct Compared {
    bool same;
    T seen;
  };

  template <class Change, class Atomically>
  [[gnu::always_inline]] T change(std::memory_order order, Change&& changed, Atomically&& atomically) {
    Member* const self = By::member();
    if (order != std::memory_order_seq_cst && is_alone(self)) {
      const T before = load(std::memory_order_acquire);  // acquire, release: as in compare_exchange_strong().
      const T after = changed(before);
      if (after != before) Plain::store(after, std::memory_order_release);
      self->end();
      return before;
    }
    return as_member(self, atomically);
  }

  /// True: until end().
  [[gnu::always_inline]] static bool is_alone(Member* self) {
    return self != nullptr && self->begin();
  }

  /// Operations are passed by value: what a call could reach would lie in memory, in each operation, visitor or not.
  template <class Operation>
  [[gnu::always_inline]] static auto as_member(Member* self, Operation operation) {
    if (self == nullptr) [[unlikely]]
      return as_visitor(operation);
    if (self->standing() != Standing::kMember) [[unlikely]]
      By::seek();
    return operation();
  }

  /// For a compare-and-exchange, which is a function of its own in most places: what this needs of registers it would have
  /// to save each time. Operations that are inlined into larger ones lose more by the call (decision 0021).
  [[gnu::noinline, gnu::cold]] static void seek() { By::seek(); }

  template <class Operation>
  [[gnu::noinline, gnu::cold]] static auto as_visitor(Operation operation) {
    By::bias().come();
    const auto result = operation();
    By::bias().go();
    return result;
  }
};

template <class By>
struct BiasedAtomics : By::Atomics {
  template <class T>
  using Atomic = BiasedAtomic<T, By>;
};

namespace detail {
template <class R>
struct ObjectAtomics {
  using type = RealAtomics;
};
template <class R>
  requires requires { typename R::ObjectAtomics; }
struct ObjectAtomics<R> {
  using type = typename R::ObjectAtomics;
};
}  // namespace detail

/// The atomics in what the goroutines of R share: R's own, or RealAtomics.
template <class R>
using ObjectAtomics = typename detail::ObjectAtomics<R>::type;

}  // namespace gauntlet
