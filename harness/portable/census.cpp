// SPDX-License-Identifier: Apache-2.0
// The shards of the census, the count of those who can act, and the one thread-local.
#include "harness/portable/census.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "harness/contract/panic.hpp"
#include "harness/portable/goroutine_dump.hpp"
#include "harness/portable/spin_lock.hpp"
#include "harness/portable/stack_overflow.hpp"
#include "harness/portable/stall.hpp"

namespace gauntlet {
namespace {

struct alignas(64) Shard {
  SpinLock lock;  // Guards first and the links of the records in it. Nothing is allocated under it.
  GoroutineRecord* first = nullptr;
};
constexpr std::size_t kShards = 64;
constinit std::array<Shard, kShards> shards{};

alignas(64) constinit std::atomic<std::uint64_t> busy_count{0};
alignas(64) constinit std::atomic<std::size_t> alive_count{0};
constinit std::atomic<std::uint64_t> last_id{0};
constinit std::atomic<std::uint64_t> run_count{0};
constinit std::atomic<bool> root_alive{false};

using IsArmed = bool (*)();
constinit std::array<std::atomic<IsArmed>, 8> sources{};  // Timers of the one runtime, and room.

constinit thread_local GoroutineRecord* record_of_this_thread = nullptr;
constinit thread_local bool thread_is_prepared = false;

Shard& shard_of(std::uint64_t id) { return shards[id % kShards]; }

/// The coarse clock: a few milliseconds off, a few nanoseconds long.
std::int64_t coarse_now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

GoroutineRecord::GoroutineRecord(std::source_location site, bool is_root)
    // relaxed: a number, it publishes nothing.
    : id_(last_id.fetch_add(1, std::memory_order_relaxed) + 1),
      parent_(Census::current() == nullptr ? 0 : Census::current()->id()),
      site_(site),
      is_root_(is_root) {}

void GoroutineRecord::parks() {
  since_ns_.store(coarse_now_ns(), std::memory_order_relaxed);
  state_.store(GoroutineState::kParked, std::memory_order_relaxed);
}

GoroutineFacts GoroutineRecord::facts(std::int64_t now_ns) const {
  GoroutineFacts facts;
  facts.id = id_;
  facts.parent = parent_;
  facts.site = site_;
  facts.is_root = is_root_;
  // relaxed here and below: a snapshot, see the head of the class.
  facts.state = state_.load(std::memory_order_relaxed);
  facts.closure = closure_.load(std::memory_order_relaxed);
  facts.closure_bytes = closure_bytes_.load(std::memory_order_relaxed);
  facts.parks = parks_.load(std::memory_order_relaxed);
  if (facts.state != GoroutineState::kParked) return facts;
  facts.reason = {what_.load(std::memory_order_relaxed), place_.load(std::memory_order_relaxed),
                  number_.load(std::memory_order_relaxed), holder_.load(std::memory_order_relaxed)};
  facts.waited_ns = std::max<std::int64_t>(0, now_ns - since_ns_.load(std::memory_order_relaxed));
  return facts;
}

// Never inlined (another file), and the empty asm keeps link-time optimisation from taking it for a pure
// function: the address of a thread-local must not be kept over a switch.
[[gnu::noinline]] GoroutineRecord* Census::current() {
  asm volatile("");
  return record_of_this_thread;
}
[[gnu::noinline]] void Census::set_current(GoroutineRecord* record) {
  asm volatile("");
  record_of_this_thread = record;
  if (!thread_is_prepared) [[unlikely]] {
    thread_is_prepared = true;
    prepare_thread_for_stack_overflow();
  }
}

void Census::enter(GoroutineRecord& record) {
  // relaxed: read by reports.
  if (record.is_root()) root_alive.store(true, std::memory_order_relaxed);
  alive_count.fetch_add(1, std::memory_order_relaxed);  // relaxed: before its busy, see leave().
  one_more_busy();
  Shard& shard = shard_of(record.id());
  shard.lock.lock();
  record.next_ = shard.first;
  if (shard.first != nullptr) shard.first->prev_ = &record;
  shard.first = &record;
  shard.lock.unlock();
}

void Census::leave(GoroutineRecord& record) {
  Shard& shard = shard_of(record.id());
  shard.lock.lock();
  if (record.next_ != nullptr) record.next_->prev_ = record.prev_;
  if (record.prev_ != nullptr)
    record.prev_->next_ = record.next_;
  else
    shard.first = record.next_;
  shard.lock.unlock();
  // relaxed: the release of one_less_busy() publishes both.
  if (record.is_root()) root_alive.store(false, std::memory_order_relaxed);
  alive_count.fetch_sub(1, std::memory_order_relaxed);
  one_less_busy();
}

void Census::one_more_busy() {
  // relaxed: one word has one order of changes, and the caller counts itself (or is a foreign thread,
  // and then nobody is parked who relies on it without a guard).
  busy_count.fetch_add(1, std::memory_order_relaxed);
}

void Census::one_less_busy() {
  if (last_one_rests()) report_stall();
}

bool Census::last_one_rests() {
  // release pairs with the acquire in all_asleep(): a report sees what everybody did before.
  return busy_count.fetch_sub(1, std::memory_order_release) == 1 && all_asleep();
}

bool Census::all_asleep() {
  // acquire: see last_one_rests().
  if (busy_count.load(std::memory_order_acquire) != 0 || alive() == 0) return false;
  for (const auto& source : sources) {
    // acquire pairs with the exchange in ask_before_a_stall().
    const IsArmed is_armed = source.load(std::memory_order_acquire);
    if (is_armed != nullptr && is_armed()) return false;
  }
  // Again: a source that has just disarmed was busy before that, and its own lock shows it. acquire as above.
  return busy_count.load(std::memory_order_acquire) == 0;
}

void Census::ask_before_a_stall(IsArmed is_armed) {
  for (auto& source : sources) {
    IsArmed nobody = nullptr;
    // release pairs with the acquire in all_asleep(). relaxed on failure: the next place.
    if (source.compare_exchange_strong(nobody, is_armed, std::memory_order_release,
                                       std::memory_order_relaxed))
      return;
  }
  panic("too many sources of wake-ups");
}

std::size_t Census::alive() {
  return alive_count.load(std::memory_order_relaxed);  // relaxed: a snapshot, or ordered by busy.
}

std::uint64_t Census::busy() {
  return busy_count.load(std::memory_order_relaxed);  // relaxed: a snapshot.
}

bool Census::root_is_alive() {
  return root_alive.load(std::memory_order_relaxed);  // relaxed: as alive().
}

std::vector<GoroutineFacts> Census::facts() {
  std::vector<GoroutineFacts> all;
  const std::int64_t now = coarse_now_ns();
  for (Shard& shard : shards) {
    // Nothing is allocated under the lock: a report may come from a program whose heap is in trouble.
    for (std::size_t room = 64;; room *= 4) {
      const std::size_t before = all.size();
      all.reserve(before + room);
      shard.lock.lock();
      const GoroutineRecord* each = shard.first;
      for (; each != nullptr && all.size() < all.capacity(); each = each->next_)
        all.push_back(each->facts(now));
      shard.lock.unlock();
      if (each == nullptr) break;
      all.resize(before);
    }
  }
  std::sort(all.begin(), all.end(),
            [](const GoroutineFacts& a, const GoroutineFacts& b) { return a.id < b.id; });
  return all;
}

void Census::begin_run() {
  // release pairs with the acquire in panic().
  who_panics.store(&who_am_i, std::memory_order_release);
  // relaxed: between runs.
  watch_for_stack_overflow();
  if (alive() == 0) last_id.store(0, std::memory_order_relaxed);
  run_count.fetch_add(1, std::memory_order_relaxed);  // relaxed: before its root is busy, see all_asleep().
}

std::uint64_t Census::runs() {
  return run_count.load(std::memory_order_relaxed);  // relaxed: ordered by busy, for whoever found all asleep.
}

}  // namespace gauntlet
