// SPDX-License-Identifier: Apache-2.0
// A bias: while one thread alone uses what goroutines share (channels, mutexes, wait groups), it leaves out the atomic
// read-modify-writes, which are most of what a channel operation costs.
//
// Everyone who uses those objects is counted as present: members (workers of a runtime) while they are awake, visitors (all
// other threads) around each operation. Who is present alone may take the bias; who comes first takes it away:
//
//   holder, each operation:                       whoever comes:
//     standing = holder?                            present += 1
//     inside := 1                                   owner := revoking
//     light fence                                   standing of the holder := lost
//     standing still? else inside := 0, as others   heavy fence (membarrier: microseconds)
//     load and store, no read-modify-write          wait until inside = 0
//     inside := 0                                   owner := nobody
//
// A Dekker pair with an asymmetric fence: either the holder sees that it is none any more, or who comes sees it inside.
// Nobody uses an object on the strength of `owner = nobody` before the fence has passed, a second one that comes neither:
// it waits for the first. And nobody takes the bias between somebody's coming and its going: [take: owner := me, look
// who is present] against [come: be counted, look at owner] is another Dekker pair, all seq_cst.
//
// Rejected: a bias for each object (Java's biased locking): a foreign thread pays for the fence once per object, and each
// object needs the words.
#pragma once

#include <atomic>
#include <cstdint>

namespace gauntlet {

/// What a member knows of its own part.
enum class Standing : std::uint8_t {
  kMember,
  kHolder,   ///< It has the bias.
  kLost,     ///< It had it, until somebody came.
  kOffered,  ///< It may be alone: another one has gone. A hint.
};

/// Atomics: RealAtomics, or those of an explorer that searches schedules (property_tests/explore).
template <class Atomics>
class Bias {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

 public:
  /// Whoever may take the bias has one. All but offer() is its thread's.
  class Member {
   public:
    Standing standing() const {
      return standing_.load(std::memory_order_relaxed);  // relaxed: begin() decides.
    }

    /// True: a holder that is alone until end(); a few instructions may stand between, nothing that waits. False: it is
    /// none, or has lost the bias.
    [[gnu::always_inline]] bool begin() {
      if (standing() != Standing::kHolder) [[unlikely]]  // What it is worth to be quick for.
        return false;
      // relaxed, both: the fences order them, see above.
      inside_.store(1, std::memory_order_relaxed);
      Atomics::light_fence();
      if (standing_.load(std::memory_order_relaxed) == Standing::kHolder) [[likely]]
        return true;
      end();
      return false;
    }
    [[gnu::always_inline]] void end() {
      // release pairs with the acquire in revoke(): what was done inside is seen.
      inside_.store(0, std::memory_order_release);
    }

    /// `alone()` as the holder, between begin() and end(); else `shared()`.
    template <class Alone, class Shared>
    [[gnu::always_inline]] auto unless_shared(Alone&& alone, Shared&& shared) -> decltype(alone()) {
      if (!begin()) return shared();
      const auto result = alone();
      end();
      return result;
    }

    /// By anyone, when others have gone.
    void offer() {
      Standing member = Standing::kMember;
      // relaxed, both: a hint.
      standing_.compare_exchange_strong(member, Standing::kOffered, std::memory_order_relaxed,
                                        std::memory_order_relaxed);
    }
    /// By one that is no holder: whatever was lost or offered, it is content.
    void decline() {
      standing_.store(Standing::kMember, std::memory_order_relaxed);  // relaxed: an offer may be missed.
    }

   private:
    friend Bias;
    void become_holder() {
      standing_.store(Standing::kHolder, std::memory_order_relaxed);  // relaxed: as decline(); begin() decides.
    }

    Atomic<Standing> standing_{Standing::kMember};
    alignas(8) Atomic<std::uint32_t> inside_{0};
  };

  /// True: `self`, which has come, is present alone, and has the bias from now on. Precondition: it has not.
  [[gnu::noinline]] bool take(Member& self) {
    // relaxed: a first guess; what counts is looked at behind the exchange.
    if (present_.load(std::memory_order_relaxed) != 1) return false;
    self.become_holder();  // Published by the exchange: whoever revokes what it finds there takes this back.
    std::uintptr_t nobody = kNobody;
    // seq_cst: Dekker with come(). As an acquire it pairs with the store in revoke(): that one has seen what all before
    // have done. relaxed on failure: somebody came.
    if (!owner_.compare_exchange_strong(nobody, word(self), std::memory_order_seq_cst,
                                        std::memory_order_relaxed)) {
      self.decline();
      return false;
    }
    // seq_cst: as above; as an acquire it pairs with the release in go().
    if (present_.load(std::memory_order_seq_cst) == 1) return true;
    give_up(self);
    return false;
  }

  /// By a holder, or one that was: nobody touches `self` afterwards but to offer.
  void give_up(Member& self) {
    std::uintptr_t mine = word(self);
    // release pairs with the acquire in revoke(). acquire on failure pairs with the end of revoke(): that one is
    // done with `self`.
    if (owner_.compare_exchange_strong(mine, kNobody, std::memory_order_release, std::memory_order_acquire))
      self.decline();
    else
      while (owner_.load(std::memory_order_acquire) == kRevoking) Atomics::relax();
  }

  /// Before the first use of an object: nobody has the bias from here to go(), unless it is the caller that takes it.
  [[gnu::noinline]] void come() {
    // seq_cst: Dekker with take().
    present_.fetch_add(1, std::memory_order_seq_cst);
    revoke();
  }

  /// After the last use, and without the bias. Says how many are left.
  std::uint32_t go() {
    // release pairs with the acquire in take(): what was done is seen.
    return present_.fetch_sub(1, std::memory_order_release) - 1;
  }

 protected:  // For mutants.
  static void holds(Member& member) { member.become_holder(); }

  // What owner_ holds: one of these, or a member's address.
  static constexpr std::uintptr_t kNobody = 0;
  static constexpr std::uintptr_t kRevoking = 1;

  static std::uintptr_t word(Member& member) { return reinterpret_cast<std::uintptr_t>(&member); }

  void revoke() {
    std::uintptr_t owner = kNobody;
    for (;;) {
      // seq_cst: Dekker with take(). As an acquire it pairs with the store below and with give_up(): what was done
      // without read-modify-writes is seen.
      owner = owner_.load(std::memory_order_seq_cst);
      if (owner == kNobody) return;
      // seq_cst, so that the holder and others agree who is first. relaxed on failure: looks again.
      if (owner != kRevoking && owner_.compare_exchange_strong(owner, kRevoking, std::memory_order_seq_cst,
                                                               std::memory_order_relaxed))
        break;
      Atomics::relax();
    }
    auto& holder = *reinterpret_cast<Member*>(owner);
    // relaxed: the fences order it.
    holder.standing_.store(Standing::kLost, std::memory_order_relaxed);
    Atomics::heavy_fence();
    // acquire pairs with the release in end().
    while (holder.inside_.load(std::memory_order_acquire) != 0) Atomics::relax();
    // seq_cst: Dekker as above; as a release it pairs with the load above, of a second one that came, and with take().
    owner_.store(kNobody, std::memory_order_seq_cst);
  }

  alignas(128) Atomic<std::uintptr_t> owner_{kNobody};
  Atomic<std::uint32_t> present_{0};
};

}  // namespace gauntlet
