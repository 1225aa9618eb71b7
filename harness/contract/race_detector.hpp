// SPDX-License-Identifier: Apache-2.0
// What ThreadSanitizer is told about goroutines: which of them runs, and Go's happens-before edges.
//
// A detector that watches a runtime's own atomics sees an order between any two goroutines that meet
// in a queue or follow each other on a worker, and most of their races are hidden behind it. In a
// build with GAUNTLET_GO_EDGES the detector knows every goroutine as a thread of its own (a Context)
// and sees the edges of Go's memory model only (H1 to H8 of harness/contract/channel.md):
//   - what lies below a goroutine runs in the context of the thread or stack underneath (InRuntime);
//   - the portable layer is not looked at (Hidden), and declares its edges by hand.
// So a race between goroutines is found on one worker as on two. In all other builds everything in
// here is empty. Why, and what was rejected: harness/decisions/0110-only-gos-edges.md.
#pragma once

#if defined(GAUNTLET_GO_EDGES)
#include "harness/contract/race_context.hpp"
#else

namespace gauntlet::race {

inline constexpr bool kOnlyGoEdges = false;

/// Around the code of the portable layer: its accesses and its synchronisation are not looked at.
struct [[maybe_unused]] Hidden {
  Hidden() {}
};

/// Around a step of a runtime that reads another goroutine's stack: its accesses are not looked at.
struct [[maybe_unused]] Unseen {
  Unseen() {}
};

/// Around a runtime's verb: what it does is no goroutine's doing.
struct [[maybe_unused]] InRuntime {
  InRuntime() {}
};

/// The goroutine that makes one, kept where it waits, so that who wakes it can speak on its behalf.
/// Precondition of all members: that goroutine is parked, or about to be, and not yet resumed.
struct Owner {
  /// Each sees what the other did: a rendezvous.
  void meets() {}
  /// It sees what the caller did.
  void hears() {}
  /// It sees what was released at the token.
  void acquires(const void*) {}
  /// It passes through the slot of a buffer: see pass_slot().
  void passes_slot(const void*) {}
};

/// What was released at the token is seen. A token is an address that is nothing else's token.
inline void acquire(const void*) {}
/// Whoever acquires the token sees what the caller did so far.
inline void release(const void*) {}
/// One use of a buffer's slot: sees its last user, is seen by its next one.
inline void pass_slot(const void*) {}
/// As if the caller read or wrote one byte there: for misuse that Go reports as a race.
inline void pretend_read(const void*) {}
inline void pretend_write(const void*) {}

}  // namespace gauntlet::race
#endif
