// SPDX-License-Identifier: Apache-2.0
// One list of what is shared, one list of handles for each, one lock for all.
#include "harness/portable/reach.hpp"

#include "harness/portable/spin_lock.hpp"

namespace gauntlet {
namespace {

constinit SpinLock handles_lock;         // Guards all lists. A snapshot allocates outside of it.
constinit Reachable* first_shared = nullptr;
constinit std::size_t shared_count = 0;  // Room for a snapshot.
constinit std::size_t handle_count = 0;

}  // namespace

Reachable::Reachable(const void* begin, std::size_t bytes)
    : begin_(static_cast<const std::byte*>(begin)), bytes_(bytes) {
  handles_lock.lock();
  next_ = first_shared;
  if (next_ != nullptr) next_->prev_ = this;
  first_shared = this;
  ++shared_count;
  handles_lock.unlock();
}

Reachable::~Reachable() {
  handles_lock.lock();
  if (next_ != nullptr) next_->prev_ = prev_;
  if (prev_ != nullptr)
    prev_->next_ = next_;
  else
    first_shared = next_;
  --shared_count;
  handles_lock.unlock();
}

void ReachHandle::join(Reachable* of) noexcept {
  of_ = of;
  if (of == nullptr) return;
  handles_lock.lock();
  prev_ = nullptr;
  next_ = of->first_;
  if (next_ != nullptr) next_->prev_ = this;
  of->first_ = this;
  ++handle_count;
  handles_lock.unlock();
}

void ReachHandle::part() noexcept {
  if (of_ == nullptr) return;
  handles_lock.lock();
  if (next_ != nullptr) next_->prev_ = prev_;
  if (prev_ != nullptr)
    prev_->next_ = next_;
  else
    of_->first_ = next_;
  --handle_count;
  handles_lock.unlock();
  of_ = nullptr;
}

std::vector<Reach> Reach::all() {
  struct Seat {
    std::size_t of;  // Index in `all`.
    const void* handle;
  };
  std::vector<Seat> seats;
  std::vector<Reach> all;
  for (;;) {
    handles_lock.lock();
    const std::size_t shared = shared_count;
    const std::size_t handles = handle_count;
    const bool fits = seats.capacity() >= handles && all.capacity() >= shared;
    for (Reachable* each = first_shared; fits && each != nullptr; each = each->next_) {
      all.push_back({each->begin_, each->bytes_, {}});
      for (ReachHandle* handle = each->first_; handle != nullptr; handle = handle->next_)
        seats.push_back({all.size() - 1, handle});
    }
    handles_lock.unlock();
    if (fits) break;
    seats.reserve(2 * handles);
    all.reserve(2 * shared);
  }
  for (const Seat& seat : seats) all[seat.of].handles.push_back(seat.handle);
  return all;
}

}  // namespace gauntlet
