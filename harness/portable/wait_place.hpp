// SPDX-License-Identifier: Apache-2.0
// Somewhere goroutines park: a channel, a wait group, a mutex. All of them are listed, so that the
// watchdog can tell who waits for what. The cost is paid when one is made, never when one is used.
//
// The list is split into shards, each under its own lock, so that goroutines that make channels on
// several workers do not meet. Nobody parks, and nothing is allocated, under a shard's lock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/contract/race_detector.hpp"
#include "harness/portable/spin_lock.hpp"

namespace gauntlet {

class WaitPlace {
 public:
  WaitPlace(const WaitPlace&) = delete;
  WaitPlace& operator=(const WaitPlace&) = delete;

  /// One line for each place where somebody waits; empty when nobody does. From any thread.
  static std::string describe_all() {
    const race::Hidden hidden;
    std::string text;
    for (Shard& shard : shards_) {
      if (!lock_patiently(shard.lock)) continue;
      for (const WaitPlace* place = shard.first; place != nullptr; place = place->next_)
        place->describe(text);
      shard.lock.unlock();
    }
    return text;
  }

 protected:
  WaitPlace() : shard_(&shards_[index_of(this)]) {}
  ~WaitPlace() = default;

  /// The last act of the derived class's constructor: from now on describe() may be called.
  void enlist() {
    const race::Hidden hidden;
    shard_->lock.lock();
    next_ = shard_->first;
    if (next_ != nullptr) next_->prev_ = this;
    shard_->first = this;
    shard_->lock.unlock();
  }

  /// The first act of its destructor: afterwards nobody calls describe(), nor is in it.
  void delist() {
    const race::Hidden hidden;
    shard_->lock.lock();
    if (next_ != nullptr) next_->prev_ = prev_;
    if (prev_ != nullptr)
      prev_->next_ = next_;
    else
      shard_->first = next_;
    shard_->lock.unlock();
  }

  /// Appends "<what>: <who waits>\n" if somebody waits here.
  virtual void describe(std::string& text) const = 0;

  /// A hung program may hold the lock for ever: give up after a while, the caller then says so.
  template <class Lock>
  static bool lock_patiently(Lock& lock) {
    constexpr int kTries = 100'000;
    for (int i = 0; i < kTries; ++i) {
      if (lock.try_lock()) return true;
      relax_cpu();
    }
    return false;
  }

 private:
  struct alignas(64) Shard {
    SpinLock lock;
    WaitPlace* first;  // Zero-initialised with the static array.
  };
  static constexpr std::size_t kShards = 16;

  static std::size_t index_of(const void* address) {
    return (reinterpret_cast<std::uintptr_t>(address) >> 6) * 0x9E3779B97F4A7C15U >> 60U;
  }

  static inline std::array<Shard, kShards> shards_;

  Shard* shard_;
  WaitPlace* next_ = nullptr;
  WaitPlace* prev_ = nullptr;
};

}  // namespace gauntlet
