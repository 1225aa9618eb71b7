// SPDX-License-Identifier: Apache-2.0
// Who has the bias leaves out read-modify-writes, under explored schedules with weak memory: no update is lost and no lock
// held twice, no item of a run queue taken twice, whoever comes and goes.
#include "harness/portable/bias.hpp"

#include <gtest/gtest.h>

#include <array>

#include "harness/portable/biased_atomic.hpp"
#include "harness/portable/spin_lock.hpp"
#include "impls/work_stealing/run_queue.hpp"
#include "property_tests/explore/expectations.hpp"
#include "property_tests/explore/model_atomics.hpp"

namespace gauntlet::explore {
namespace {

constexpr std::uint64_t kSchedules = 100'000;
constexpr std::uint64_t kMutantSchedules = 400'000;

/// The protocol as it is.
struct Right {
  using Atomics = ModelAtomics;
  using ItsBias = Bias<ModelAtomics>;
  using Member = ItsBias::Member;
};

/// Two members and two visitors use one counter and one lock. Members are threads 0 and 1; both want the bias at every
/// operation. `Protocol`: Right or a mutant.
template <class Protocol>
struct MembersAndVisitors {
  static constexpr std::size_t kThreads = 4;
  static constexpr std::size_t kMembers = 2;
  static constexpr std::uint32_t kUses = 2;

  struct By : Protocol {
    static auto& bias() { return here->bias; }
    static typename Protocol::Member* member() {
      const std::size_t thread = Explorer::now().thread();
      return thread < kMembers ? &here->members[thread] : nullptr;
    }
    static void seek() {
      if (!bias().take(*member())) member()->decline();
    }
    static inline MembersAndVisitors* here = nullptr;
  };

  typename Protocol::ItsBias bias;
  std::array<typename Protocol::Member, kMembers> members;
  BiasedAtomic<std::uint32_t, By> uses;
  BasicSpinLock<BiasedAtomics<By>> lock;
  PlainDatum guarded;

  MembersAndVisitors() { By::here = this; }

  void thread(std::size_t self) {
    if (self >= kMembers) return use();
    bias.come();
    for (std::uint32_t i = 0; i < kUses; ++i) {
      if (members[self].standing() != Standing::kHolder) By::seek();
      use();
    }
    bias.give_up(members[self]);
    bias.go();
  }

  void use() {
    uses.fetch_add(1, std::memory_order_relaxed);
    lock.lock();
    guarded.write(guarded.read() + 1);
    lock.unlock();
  }

  void finish() {
    constexpr std::uint32_t kAll = kMembers * kUses + (kThreads - kMembers);
    if (uses.load(std::memory_order_relaxed) != kAll) Explorer::now().fail("an update is lost");
    if (guarded.read() != kAll) Explorer::now().fail("the lock was held twice");
    bias.come();
    if (bias.go() != 0) Explorer::now().fail("somebody is counted that has gone");
  }
};

/// The kernel does nothing.
struct WithoutHeavyFence : Right {
  struct Atomics : ModelAtomics {
    static void heavy_fence() {}
  };
  using ItsBias = Bias<Atomics>;
  using Member = ItsBias::Member;
};

/// A holder goes in without looking again.
struct LooksOnce : Right {
  struct Member : Right::Member {
    bool begin() {
      const bool was_holder = standing() == Standing::kHolder;
      Right::Member::begin();
      return was_holder;
    }
  };
};

/// Who comes second goes on before the first one's fence.
struct SecondDoesNotWait : Right {
  struct ItsBias : Bias<ModelAtomics> {
    void come() {
      present_.fetch_add(1, std::memory_order_seq_cst);
      if (owner_.load(std::memory_order_seq_cst) != kRevoking) revoke();
    }
  };
};

/// Who comes does not wait for the holder to be out.
struct DoesNotWaitForTheHolder : Right {
  struct ItsBias : Bias<ModelAtomics> {
    void come() {
      present_.fetch_add(1, std::memory_order_seq_cst);
      std::uintptr_t owner = owner_.load(std::memory_order_seq_cst);
      if (owner == kNobody || owner == kRevoking) return revoke();
      if (!owner_.compare_exchange_strong(owner, kRevoking, std::memory_order_seq_cst, std::memory_order_relaxed))
        return revoke();
      reinterpret_cast<Member*>(owner)->decline();
      ModelAtomics::heavy_fence();
      owner_.store(kNobody, std::memory_order_seq_cst);
    }
  };
};

/// Takes the bias on the strength of its first look.
struct TakesAtFirstSight : Right {
  struct ItsBias : Bias<ModelAtomics> {
    bool take(Member& self) {
      if (present_.load(std::memory_order_seq_cst) != 1) return false;
      holds(self);
      std::uintptr_t nobody = kNobody;
      if (owner_.compare_exchange_strong(nobody, word(self), std::memory_order_seq_cst, std::memory_order_relaxed))
        return true;
      self.decline();
      return false;
    }
  };
};

/// A worker pushes and pops without read-modify-writes while it has the bias; a thief comes, takes half, goes. `Thief`:
/// RightThief or a mutant.
template <class Thief>
struct RingAndThief {
  static constexpr std::size_t kThreads = 3;
  static constexpr std::uint32_t kItems = 4;
  using Ring = impls::work_stealing::RunQueue<std::uint32_t, ModelAtomics, 4>;

  Bias<ModelAtomics> bias;
  Bias<ModelAtomics>::Member worker;
  Ring ring;
  ModelAtomic<std::uint32_t> taken;  // The sum of all items, each of which is to be taken once.

  void thread(std::size_t self) {
    if (self > 0) return Thief::steal(*this);
    bias.come();
    for (std::uint32_t item = 1; item <= kItems; ++item) {
      if (worker.standing() != Standing::kHolder) bias.take(worker);
      worker.unless_shared([&] { return ring.push_alone(item); }, [&] { return ring.push(item); });
      if (item % 2 == 0) pop();
    }
    while (pop()) {
    }
    bias.give_up(worker);
    bias.go();
  }

  bool pop() {
    std::uint32_t item = 0;
    if (!worker.unless_shared([&] { return ring.pop_alone(item); }, [&] { return ring.pop(item); })) return false;
    taken.fetch_add(item, std::memory_order_relaxed);
    return true;
  }

  void take_half() {
    Ring::Loot loot;
    ring.take_half(loot);
    for (std::uint32_t i = 0; i < loot.count; ++i)
      taken.fetch_add(loot.items[i], std::memory_order_relaxed);
  }

  void finish() {
    if (taken.load(std::memory_order_relaxed) != kItems * (kItems + 1) / 2)
      Explorer::now().fail("an item is lost, or taken twice");
  }
};

struct RightThief {
  template <class Scenario>
  static void steal(Scenario& scenario) {
    scenario.bias.come();
    scenario.take_half();
    scenario.bias.go();
  }
};

/// Still counted as away.
struct UncountedThief {
  template <class Scenario>
  static void steal(Scenario& scenario) {
    scenario.take_half();
  }
};

TEST(BiasExplored, loses_no_update_and_holds_no_lock_twice) {
  expect_sound<MembersAndVisitors<Right>>(kSchedules);
}

TEST(BiasExplored, mutant_without_the_heavy_fence_is_caught) {
  expect_caught<MembersAndVisitors<WithoutHeavyFence>>(kMutantSchedules, kForAnyReason);
}

TEST(BiasExplored, mutant_that_looks_once_is_caught) {
  expect_caught<MembersAndVisitors<LooksOnce>>(kMutantSchedules, kForAnyReason);
}

TEST(BiasExplored, mutant_whose_second_visitor_does_not_wait_is_caught) {
  expect_caught<MembersAndVisitors<SecondDoesNotWait>>(kMutantSchedules, kForAnyReason);
}

TEST(BiasExplored, mutant_that_does_not_wait_for_the_holder_is_caught) {
  expect_caught<MembersAndVisitors<DoesNotWaitForTheHolder>>(kMutantSchedules, kForAnyReason);
}

TEST(BiasExplored, mutant_that_takes_it_at_first_sight_is_caught) {
  expect_caught<MembersAndVisitors<TakesAtFirstSight>>(kMutantSchedules, kForAnyReason);
}

TEST(BiasExplored, mutant_without_sequential_consistency_is_caught) {
  expect_caught<MembersAndVisitors<Right>>(kMutantSchedules, kForAnyReason, Weakening::kNoSequentialConsistency);
}

TEST(BiasExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<MembersAndVisitors<Right>>(kMutantSchedules, kForAnyReason, Weakening::kNoRelease);
}

TEST(BiasExplored, a_worker_and_thieves_take_each_item_once) {
  expect_sound<RingAndThief<RightThief>>(kSchedules);
}

TEST(BiasExplored, mutant_thief_that_is_not_counted_is_caught) {
  expect_caught<RingAndThief<UncountedThief>>(kMutantSchedules, kForAnyReason);
}

}  // namespace
}  // namespace gauntlet::explore
