// SPDX-License-Identifier: Apache-2.0
// Which goroutines can reach a shared channel: every handle to one is known by its address, and an address
// inside a goroutine's closure belongs to that goroutine (rule R5).
//
// This is exact where handles are captured by value, as Go's closures hold their channels. Elsewhere it is
// careful: a handle in a variable, a container or a message counts as reachable by anybody. What it cannot see
// is a captured handle that its goroutine lent to another one by reference or as a raw Channel&.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gauntlet {

class ReachHandle;

/// Something shared through handles. Lives as long as any of them.
class Reachable {
 public:
  Reachable(const Reachable&) = delete;
  Reachable& operator=(const Reachable&) = delete;

 protected:
  Reachable(const void* begin, std::size_t bytes);
  ~Reachable();

 private:
  friend class ReachHandle;
  friend struct Reach;

  const std::byte* const begin_;  // What a goroutine waits in lies in here.
  const std::size_t bytes_;
  // Guarded by the one lock of all handles, so that a look at them is one instant.
  ReachHandle* first_ = nullptr;
  Reachable* next_ = nullptr;
  Reachable* prev_ = nullptr;
};

/// A base of every handle: registers its own address.
class ReachHandle {
 public:
  explicit ReachHandle(Reachable* of) { join(of); }
  ReachHandle(const ReachHandle& other) { join(other.of_); }
  ReachHandle(ReachHandle&& other) noexcept {
    join(other.of_);
    other.part();
  }
  ReachHandle& operator=(const ReachHandle& other) {
    if (this != &other) {
      part();
      join(other.of_);
    }
    return *this;
  }
  ReachHandle& operator=(ReachHandle&& other) noexcept {
    *this = other;  // As a copy, and then only one is left.
    if (this != &other) other.part();
    return *this;
  }
  ~ReachHandle() { part(); }

 private:
  friend struct Reach;
  void join(Reachable* of) noexcept;
  void part() noexcept;

  Reachable* of_ = nullptr;
  ReachHandle* next_ = nullptr;
  ReachHandle* prev_ = nullptr;
};

/// At one instant: one shared thing and where its handles are.
struct Reach {
  const std::byte* begin = nullptr;
  std::size_t bytes = 0;
  std::vector<const void*> handles;

  static std::vector<Reach> all();
};

}  // namespace gauntlet
