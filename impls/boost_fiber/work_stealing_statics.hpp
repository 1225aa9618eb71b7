// SPDX-License-Identifier: Apache-2.0
// Lets Boost.Fiber's work_stealing scheduler start afresh within one process.
//
// Its constructor fills static state that nothing ever resets: a counter that numbers the
// schedulers, the vector of them, and a barrier sized by the first construction. As shipped, a
// second team of threads indexes past the vector, and a team of another size waits at the barrier
// for ever. So here:
//   - the first scheduler of the process is made for a team of 1: the barrier then holds nobody;
//   - before each team the counter and the vector are set anew. They are private; an explicit
//   instantiation
//     may name private members, which is the one way the language leaves open;
//   - a team of 1 is numbered 1, beside that first scheduler, which idles. Numbered 0 it would hang
//   when it
//     runs out of work: it draws a victim from [0, team) until that is not itself.
//
// Rejected: a scheduler of our own. The lane would then no longer measure what Boost.Fiber ships.
#pragma once

#include <atomic>
#include <boost/fiber/algo/work_stealing.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstdint>
#include <vector>

namespace gauntlet::impls::boost_fiber {

using WorkStealing = boost::fibers::algo::work_stealing;
using SchedulerCounter = std::atomic<std::uint32_t>;
using Schedulers = std::vector<boost::intrusive_ptr<WorkStealing>>;

// Defined by the instantiation below; the argument only lets them be found.
SchedulerCounter& counter_of(const WorkStealing* any);
Schedulers& schedulers_of(const WorkStealing* any);

template <SchedulerCounter* kCounter, Schedulers* kSchedulers>
struct WorkStealingStatics {
  friend SchedulerCounter& counter_of(const WorkStealing*) { return *kCounter; }
  friend Schedulers& schedulers_of(const WorkStealing*) { return *kSchedulers; }
};
template struct WorkStealingStatics<&WorkStealing::counter_, &WorkStealing::schedulers_>;

/// Precondition: no thread of an earlier team is left. Then `workers` threads may make one
/// scheduler each; none may run a fiber until all have.
inline void prepare_work_stealing(unsigned workers) {
  static const boost::intrusive_ptr<WorkStealing> idle(new WorkStealing(1));
  const std::uint32_t first = workers == 1 ? 1 : 0;
  Schedulers fresh(workers + first);
  if (first == 1) fresh[0] = idle;
  schedulers_of(idle.get()).swap(fresh);
  // relaxed: the threads that read it are started after this.
  counter_of(idle.get()).store(first, std::memory_order_relaxed);
}

}  // namespace gauntlet::impls::boost_fiber
