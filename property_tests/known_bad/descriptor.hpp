// SPDX-License-Identifier: Apache-2.0
// Descriptors with faults to choose from: members of the core that are wrong on the faulty runtime alone.
#pragma once

#include <unistd.h>

#include "harness/colour/blocking.hpp"
#include "property_tests/known_bad/mutation.hpp"
#include "property_tests/known_bad/runtime.hpp"

namespace gauntlet {

template <>
inline void DescriptorCore<known_bad::Runtime>::wake(WaitQueue<IoRequest<known_bad::Runtime>>& done) {
  Poller::count_waiting(-static_cast<int>(done.size()));
  const bool wakes_one = known_bad::mutated("descriptor_close_wakes_one");
  for (Request* request = done.take_all(); request != nullptr;) {
    Request* next = WaitQueue<Request>::after(request);
    known_bad::Runtime::resume(request->handle);
    request = wakes_one ? nullptr : next;
  }
}

template <>
inline bool DescriptorCore<known_bad::Runtime>::start(IoRequest<known_bad::Runtime>& self) {
  constexpr int kLongEnoughUs = 2'000;
  const bool tries_first = known_bad::mutated("descriptor_tries_before_it_locks");
  if (tries_first && self.attempt(fd_)) return true;
  if (tries_first) usleep(kLongEnoughUs);  // What comes now, comes to nobody.
  lock_.lock();
  WaitQueue<Request>& queue = self.is_outgoing() ? outgoing_ : incoming_;
  const bool is_closed = is_closed_ && !known_bad::mutated("descriptor_is_used_after_close");
  if (is_closed) self.result.error = closed();
  if (is_closed || (queue.empty() && !tries_first && self.attempt(fd_))) {
    lock_.unlock();
    return true;
  }
  queue.push(&self);
  Poller::count_waiting(+1);
  return false;
}

template <>
inline void DescriptorCore<known_bad::Runtime>::may_go_on() {
  WaitQueue<Request> done;
  lock_.lock();
  for (WaitQueue<Request>* queue : {&incoming_, &outgoing_}) {
    while (Request* request = queue->front()) {
      if (is_closed_ || !request->attempt(fd_)) break;
      done.push(queue->pop());
      if (known_bad::mutated("descriptor_serves_one_at_a_time")) break;
    }
  }
  lock_.unlock();
  wake(done);
}

template <>
inline bool WriteRequest<known_bad::Runtime>::attempt(int fd) {
  while (!from_.empty()) {
    const ssize_t put = ::write(fd, from_.data(), from_.size());
    if (put < 0) return !would_block() && failed(errno);
    result.bytes += static_cast<std::size_t>(put);
    from_ = from_.subspan(static_cast<std::size_t>(put));
    if (known_bad::mutated("descriptor_forgets_the_rest_of_a_write")) return true;
  }
  return true;
}

}  // namespace gauntlet
