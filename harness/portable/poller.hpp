// SPDX-License-Identifier: Apache-2.0
// Waits for file descriptors in the place of goroutines: one thread in epoll_wait(2) for the whole process. It
// starts with the first descriptor and stays. Idle workers may be there first (io_watch.hpp).
#pragma once

#include <cstdint>

namespace gauntlet {

/// Who is told that something may go on at its descriptor.
class Polled {
 public:
  Polled(const Polled&) = delete;
  Polled& operator=(const Polled&) = delete;

  /// On the poller's thread, or a worker that has nothing to run. Not called again before there is something new:
  /// whoever is told tries until it would block.
  virtual void may_go_on() = 0;

 protected:
  Polled() = default;
  ~Polled() = default;
};

class Poller {
 public:
  using Token = std::uint64_t;

  /// From now on `polled` is told of `fd`. Throws std::system_error: EPERM for what is always ready (a regular
  /// file), or when the system gives no more descriptors or threads.
  static Token add(int fd, Polled& polled);

  /// When it returns, what was added under `token` is not told any more. `fd` is still open.
  static void remove(int fd, Token token) noexcept;

  /// `step` more goroutines wait: while it is above 0, a program in which everybody waits is no deadlock.
  static void count_waiting(int step);
};

}  // namespace gauntlet
