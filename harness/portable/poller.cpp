// SPDX-License-Identifier: Apache-2.0
// The poller's thread, and who is told of what. A descriptor goes by a token that is never used again, so that
// an event which epoll had ready when its descriptor was removed finds nobody.
#include "harness/portable/poller.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <span>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "harness/portable/census.hpp"
#include "harness/portable/cores.hpp"

namespace gauntlet {
namespace {

struct Process {
  std::mutex mutex;  // Guards all below but `waiting`. Nobody parks under it.
  int epoll = -1;
  Poller::Token last = 0;
  std::unordered_map<Poller::Token, Polled*> polled;
  std::atomic<std::int64_t> waiting{0};
};
Process& process = *new Process;  // Never destroyed: the thread outlives main().

void tell(std::span<const epoll_event> events) {
  const ExternalWaker waker;  // Before anyone counts as no longer waiting.
  const std::lock_guard lock(process.mutex);
  for (const epoll_event& event : events) {
    const Poller::Token token = event.data.u64;  // A copy: an epoll_event is packed.
    if (const auto found = process.polled.find(token); found != process.polled.end())
      found->second->may_go_on();
  }
}

[[noreturn]] void work(int epoll) {
  Cores::use_all();
  std::array<epoll_event, 128> events;
  for (;;) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    if (count > 0) tell(std::span(events).first(static_cast<std::size_t>(count)));
  }
}

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Precondition: the mutex is held.
void start() {
  // As Go does: a write to a peer that is gone is an error of that write, not the end of the program.
  if (struct sigaction now {}; sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL)
    std::signal(SIGPIPE, SIG_IGN);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) throw_errno("poller");
  try {
    std::thread(work, epoll).detach();
  } catch (const std::system_error&) {
    close(epoll);
    throw;
  }
  process.epoll = epoll;
  // acquire pairs with the release in count_waiting().
  Census::ask_before_a_stall([] { return process.waiting.load(std::memory_order_acquire) > 0; });
}

}  // namespace

Poller::Token Poller::add(int fd, Polled& polled) {
  const std::lock_guard lock(process.mutex);
  if (process.epoll < 0) start();
  const Token token = process.last + 1;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = token;
  process.polled.emplace(token, &polled);
  if (epoll_ctl(process.epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
    process.polled.erase(token);
    throw_errno("this descriptor cannot be polled; use blocking() for regular files");
  }
  return process.last = token;
}

void Poller::remove(int fd, Token token) noexcept {
  const std::lock_guard lock(process.mutex);  // Waits until the thread has told what it has.
  process.polled.erase(token);
  epoll_ctl(process.epoll, EPOLL_CTL_DEL, fd, nullptr);
}

void Poller::count_waiting(int step) {
  // release pairs with the acquire in start().
  process.waiting.fetch_add(step, std::memory_order_release);
}

}  // namespace gauntlet
