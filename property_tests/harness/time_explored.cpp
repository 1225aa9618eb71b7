// SPDX-License-Identifier: Apache-2.0
// The protocols behind timers and contexts under explored schedules in weak memory: no deadline is slept
// through, no run ends with a goroutine alive, no node of a cancel tree is forgotten or canceled twice.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

#include "harness/portable/alarm.hpp"
#include "harness/portable/cancel_tree.hpp"
#include "harness/portable/run_gate.hpp"
#include "property_tests/explore/expectations.hpp"
#include "property_tests/explore/model_atomics.hpp"

namespace gauntlet::explore {
namespace {

constexpr std::uint64_t kSchedules = 20'000;
constexpr std::uint64_t kMutantSchedules = 100'000;

/// Two arm one timer each, due at once; a third sleeps until it has seen both. kLooksOnce: it does not look
/// again after it has said when it wakes. kTellsFirst: who arms announces before it publishes.
template <bool kLooksOnce, bool kTellsFirst>
struct TwoArm {
  static constexpr std::size_t kThreads = 3;
  static constexpr std::int64_t kNothing = std::numeric_limits<std::int64_t>::max();
  Alarm<ModelAtomics> alarm;
  std::array<ModelAtomic<std::int64_t>, 2> deadlines{kNothing, kNothing};
  std::array<PlainDatum, 2> armed;

  std::int64_t earliest() {
    return std::min(deadlines[0].load(std::memory_order_seq_cst),
                    deadlines[1].load(std::memory_order_seq_cst));
  }

  void thread(std::size_t self) {
    if (self < 2) {
      const auto deadline = static_cast<std::int64_t>(self) + 1;
      armed[self].write(1);
      bool must_ring = kTellsFirst && alarm.announce(deadline);
      deadlines[self].store(deadline, std::memory_order_seq_cst);
      if (!kTellsFirst) must_ring = alarm.announce(deadline);
      if (must_ring) alarm.ring();
      return;
    }
    for (int seen = 0; seen < 2;) {
      for (std::size_t i = 0; i < 2; ++i) {
        if (deadlines[i].load(std::memory_order_seq_cst) == kNothing) continue;
        deadlines[i].store(kNothing, std::memory_order_seq_cst);
        if (armed[i].read() != 1) Explorer::now().fail("woken for what was not armed");
        ++seen;
      }
      if (seen == 2) break;
      std::int64_t first_look = 0;
      alarm.sleep(
          [&] {
            if (!kLooksOnce || first_look == 0) first_look = earliest();
            return first_look;
          },
          [](std::int64_t until) {
            return until == kNothing ? Alarm<>::kForever : std::chrono::nanoseconds(0);
          });
    }
  }
  void finish() {}
};

/// The last goroutine ends on a worker, and a foreign thread may start one more. kLooksOnce: the worker does
/// not look again behind the closed gate.
template <bool kLooksOnce>
struct VisitorStartsOne {
  static constexpr std::size_t kThreads = 2;
  RunGate<ModelAtomics> gate;
  ModelAtomic<std::int64_t> alive{1};
  ModelAtomic<std::uint32_t> over;
  bool started = false;

  VisitorStartsOne() { gate.open(); }

  void thread(std::size_t self) {
    if (self == 0) {
      if (!gate.enter()) return;
      started = true;
      alive.fetch_add(1, std::memory_order_relaxed);
      gate.leave();
      return;
    }
    alive.fetch_sub(1, std::memory_order_relaxed);
    const auto nothing = [this] { return alive.load(std::memory_order_relaxed) == 0; };
    if (!nothing()) return;
    if (gate.close_if([&] { return kLooksOnce || nothing(); })) over.store(1, std::memory_order_relaxed);
  }
  void finish() {
    if (over.load(std::memory_order_relaxed) == 0) return;
    if (started) Explorer::now().fail("the run is over, and one lives");
    if (gate.enter()) Explorer::now().fail("a closed gate lets in");
  }
};

/// A node of the tree that tells how often it was canceled, and when it may not be touched any more.
class Node final : public CancelTreeNode<ModelAtomics> {
 public:
  std::uint64_t times() const { return times_; }
  void drop() { release(); }

  bool try_retain() override {
    std::uint32_t count = references_.load(std::memory_order_relaxed);
    while (count > 0)
      if (references_.compare_exchange_weak(count, count + 1, std::memory_order_relaxed,
                                            std::memory_order_relaxed))
        return true;
    return false;
  }
  void release() override {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    detach();
    died_ = true;
  }

 private:
  void on_cancel() override {
    if (died_) Explorer::now().fail("canceled after its death");
    if (++times_ > 1) Explorer::now().fail("canceled twice");
  }

  ModelAtomic<std::uint32_t> references_{1};
  std::uint64_t times_ = 0;
  bool died_ = false;
};

/// The root is canceled by two at once while a third makes a child and a grandchild. kForgets: a node that
/// comes too late to be linked is not canceled by the one who made it.
template <bool kForgets>
struct CanceledWhileItGrows {
  static constexpr std::size_t kThreads = 3;
  Node root;
  Node early;
  Node child;
  Node grandchild;
  PlainDatum before;

  CanceledWhileItGrows() { static_cast<void>(early.attach(root)); }

  void thread(std::size_t self) {
    if (self == 2) {
      if (!child.attach(root) && !kForgets) child.cancel(root.reason());
      if (!grandchild.attach(child) && !kForgets) grandchild.cancel(child.reason());
      return;
    }
    if (self == 0) before.write(1);
    root.cancel(static_cast<std::uint32_t>(self + 1));
    if (root.reason() == 1 && before.read() != 1) Explorer::now().fail("a cancel that is not seen");
  }
  void finish() {
    for (const Node* node : {&root, &early, &child, &grandchild})
      if (node->times() != 1) Explorer::now().fail("a node is forgotten");
  }
};

/// A child cancels itself and dies while the root is canceled, with another one beside it.
struct CanceledWhileItDies {
  static constexpr std::size_t kThreads = 3;
  Node root;
  Node dying;
  Node canceled;

  CanceledWhileItDies() {
    static_cast<void>(dying.attach(root));
    static_cast<void>(canceled.attach(root));
  }

  void thread(std::size_t self) {
    if (self == 0) root.cancel(1);
    if (self == 1) dying.drop();
    if (self == 2) canceled.cancel(2);
  }
  void finish() {
    if (root.times() != 1 || canceled.times() != 1) Explorer::now().fail("a node is forgotten");
    if (root.take_child() != nullptr) Explorer::now().fail("a node is left behind");
  }
};

TEST(AlarmExplored, no_deadline_is_slept_through) { expect_sound<TwoArm<false, false>>(kSchedules); }

TEST(AlarmExplored, mutant_that_does_not_look_again_before_it_sleeps_is_caught) {
  expect_caught<TwoArm<true, false>>(kMutantSchedules, kLostWakeUp);
}

TEST(AlarmExplored, mutant_that_announces_before_it_publishes_is_caught) {
  expect_caught<TwoArm<false, true>>(kMutantSchedules, kLostWakeUp);
}

TEST(AlarmExplored, mutant_without_sequential_consistency_is_caught) {
  expect_caught<TwoArm<false, false>>(kMutantSchedules, kLostWakeUp, Weakening::kNoSequentialConsistency);
}

TEST(AlarmExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<TwoArm<false, false>>(kMutantSchedules, "data race", Weakening::kNoRelease);
}

TEST(RunGateExplored, run_does_not_end_with_one_alive) { expect_sound<VisitorStartsOne<false>>(kSchedules); }

TEST(RunGateExplored, mutant_that_does_not_look_again_behind_the_gate_is_caught) {
  expect_caught<VisitorStartsOne<true>>(kMutantSchedules, "the run is over, and one lives");
}

TEST(RunGateExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<VisitorStartsOne<false>>(kMutantSchedules, "the run is over, and one lives", Weakening::kNoRelease);
}

TEST(CancelTreeExplored, everyone_below_is_canceled_once_also_who_comes_meanwhile) {
  expect_sound<CanceledWhileItGrows<false>>(kSchedules);
}

TEST(CancelTreeExplored, child_may_die_or_be_canceled_meanwhile) {
  expect_sound<CanceledWhileItDies>(kSchedules);
}

TEST(CancelTreeExplored, mutant_that_forgets_who_comes_too_late_is_caught) {
  expect_caught<CanceledWhileItGrows<true>>(kMutantSchedules, "a node is forgotten");
}

TEST(CancelTreeExplored, mutant_that_publishes_nothing_is_caught) {
  expect_caught<CanceledWhileItGrows<false>>(kMutantSchedules, "data race", Weakening::kNoRelease);
}

}  // namespace
}  // namespace gauntlet::explore
