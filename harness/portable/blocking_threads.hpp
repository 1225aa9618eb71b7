// SPDX-License-Identifier: Apache-2.0
// Threads for calls that block: `AWAIT blocking([&] { return read(fd, ...); })` parks the goroutine and lets a
// thread of these make the call, so that the runtime's workers go on with others (rule R7).
//
// A thread is started when none is idle, and kept. At most kMostThreads: what comes beyond waits for its turn.
#pragma once

#include <cstddef>

namespace gauntlet {

/// One call; lives in the frame of the goroutine that waits for it.
class BlockingCall {
 public:
  BlockingCall(const BlockingCall&) = delete;
  BlockingCall& operator=(const BlockingCall&) = delete;

 protected:
  BlockingCall() = default;
  ~BlockingCall() = default;

  /// On the thread: makes the call, then resumes the goroutine; touches nothing of this afterwards.
  virtual void make() = 0;

 private:
  friend class BlockingThreads;
  BlockingCall* next_ = nullptr;
};

class BlockingThreads {
 public:
  static constexpr std::size_t kMostThreads = 512;

  /// From suspend(): never waits for long, never throws. If not even one thread can be started, the call is
  /// made here and now.
  static void submit(BlockingCall& call) noexcept;
};

}  // namespace gauntlet
