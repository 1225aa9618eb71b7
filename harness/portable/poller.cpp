// SPDX-License-Identifier: Apache-2.0
// The poller's thread, workers in its place, and who is told of what. A descriptor goes by a token that is never used again, so
// that an event which epoll had ready when its descriptor was removed finds nobody.
#include "harness/portable/poller.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <span>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "harness/contract/race_detector.hpp"
#include "harness/portable/census.hpp"
#include "harness/portable/cores.hpp"
#include "harness/portable/io_watch.hpp"
#include "harness/portable/poll_duty.hpp"

namespace gauntlet {
namespace {

using Events = std::array<epoll_event, 128>;

struct Process final : IoWatch {
  std::mutex mutex;  // Guards the three below. Nobody parks under it.
  int epoll = -1;
  Poller::Token last = 0;
  std::unordered_map<Poller::Token, Polled*> polled;

  std::atomic<std::int64_t> waiting{0};
  PollDuty<> duty;
  std::mutex looking;  // Held by the worker that looks.

  bool look() override;
  void fall_asleep() override { duty.fall_asleep(); }
  void be_running() { set_running(*this); }
};
Process& process = *new Process;  // Never destroyed: the thread outlives main().

/// The events there are, at most as many as `into` holds; waits for the first for `milliseconds`, or for ever if -1.
std::span<const epoll_event> wait_for(int epoll, Events& into, int milliseconds) {
  const int count = epoll_wait(epoll, into.data(), static_cast<int>(into.size()), milliseconds);
  return std::span(into).first(static_cast<std::size_t>(std::max(count, 0)));
}

void tell(std::span<const epoll_event> events) {
  const ExternalWaker waker;  // Before anyone counts as no longer waiting.
  const std::lock_guard lock(process.mutex);
  for (const epoll_event& event : events) {
    const Poller::Token token = event.data.u64;  // A copy: an epoll_event is packed.
    if (const auto found = process.polled.find(token); found != process.polled.end())
      found->second->may_go_on();
  }
}

bool Process::look() {
  // relaxed: who waits, and for what, is in the descriptors; whoever comes later is looked for later.
  if (waiting.load(std::memory_order_relaxed) == 0) return false;
  const race::Hidden hidden;
  const std::unique_lock turn(looking, std::try_to_lock);
  if (!turn.owns_lock()) return false;
  Events events;
  const auto happened = wait_for(epoll, events, 0);
  if (happened.empty()) return false;
  duty.found();
  tell(happened);
  return true;
}

[[noreturn]] void work(int epoll) {
  Cores::use_all();
  Events events;
  for (;;) {
    const auto before = process.duty.past();
    const auto happened = wait_for(epoll, events, -1);
    if (!happened.empty()) tell(happened);
    process.duty.stand_by(before);
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
  process.be_running();
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
