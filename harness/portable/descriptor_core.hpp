// SPDX-License-Identifier: Apache-2.0
// A file descriptor that goroutines wait for: who reads, who writes, in the order in which they came.
//
// A request is tried under the lock, and so is whatever the poller tells: an event that comes between a try
// and the park waits for the lock, and then finds the request queued.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>

#include "harness/contract/atomics.hpp"
#include "harness/contract/race_detector.hpp"
#include "harness/portable/io_request.hpp"
#include "harness/portable/poller.hpp"
#include "harness/portable/resume_chain.hpp"
#include "harness/portable/spin_lock.hpp"
#include "harness/portable/wait_place.hpp"
#include "harness/portable/waiter.hpp"

namespace gauntlet {

template <class R>
class DescriptorCore final : public WaitPlace, public Polled {
 public:
  using Request = IoRequest<R>;

  /// Owns `fd` from now on, and makes it non-blocking. Throws std::system_error, and has closed it then.
  explicit DescriptorCore(int fd) : fd_(fd) {
    try {
      const int flags = fcntl(fd, F_GETFL);
      if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
        throw std::system_error(errno, std::generic_category(), "descriptor");
      token_ = Poller::add(fd, *this);
    } catch (const std::system_error&) {
      ::close(fd);
      throw;
    }
    enlist();
  }
  /// Nobody waits: who waited was in a member of it.
  ~DescriptorCore() {
    delist();
    close();
  }

  /// True: `self` is done. False: it is queued and the lock is held; suspend with stay_parked(), and when
  /// the goroutine runs on, it is done.
  bool start(Request& self) {
    const race::Hidden hidden;
    lock_.lock();
    WaitQueue<Request>& queue = self.is_outgoing() ? outgoing_ : incoming_;
    if (is_closed_)
      self.result.error = closed();
    else if (!queue.empty() || !self.attempt(fd_)) {
      queue.push(&self);
      Poller::count_waiting(+1);
      return false;
    }
    lock_.unlock();
    return true;
  }

  void stay_parked(Waiter<R>& self, typename R::Handle handle) {
    const race::Hidden hidden;
    self.handle = handle;
    lock_.unlock();
  }

  /// Whoever waits goes on with an error, as does whoever comes later. Any number of times.
  void close() {
    const race::Hidden hidden;
    lock_.lock();
    if (is_closed_) {
      lock_.unlock();
      return;
    }
    is_closed_ = true;
    WaitQueue<Request> done;
    for (WaitQueue<Request>* queue : {&incoming_, &outgoing_})
      while (Request* request = queue->pop()) {
        request->result.error = closed();
        done.push(request);
      }
    lock_.unlock();
    Poller::remove(fd_, token_);  // Not under the lock, which the poller takes under its own.
    ::close(fd_);
    wake(done);
  }

 private:
  static std::error_code closed() { return make_error_code(std::errc::operation_canceled); }

  void may_go_on() override {
    const race::Hidden hidden;
    WaitQueue<Request> done;
    lock_.lock();
    if (!is_closed_)
      for (WaitQueue<Request>* queue : {&incoming_, &outgoing_})
        while (Request* request = queue->front()) {
          if (!request->attempt(fd_)) break;
          done.push(queue->pop());
        }
    lock_.unlock();
    wake(done);
  }

  static void wake(WaitQueue<Request>& done) {
    Poller::count_waiting(-static_cast<int>(done.size()));  // The caller can act: see Census.
    resume_chain<R>(done.take_all());  // They, and this object, may be gone afterwards.
  }

  void describe(std::string& text) const override {
    const race::Hidden hidden;
    if (!lock_patiently(lock_)) return;
    if (!incoming_.empty() || !outgoing_.empty())
      text += "descriptor " + std::to_string(fd_) + ": " + std::to_string(incoming_.size()) +
              " wait to read, " + std::to_string(outgoing_.size()) + " to write\n";
    lock_.unlock();
  }

  const int fd_;
  Poller::Token token_ = 0;
  mutable SpinLock lock_;  // Guards all below, and every use of fd_. Nobody is resumed under it.
  bool is_closed_ = false;
  WaitQueue<Request> incoming_;
  WaitQueue<Request> outgoing_;
};

}  // namespace gauntlet
