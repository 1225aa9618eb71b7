// SPDX-License-Identifier: Apache-2.0
// A read, write, accept or connect of one goroutine, and how it ended. It is tried without blocking, by its
// goroutine first and then, whenever the descriptor may go on, by the poller: who is woken is done.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <span>
#include <system_error>

#include "harness/contract/race_detector.hpp"
#include "harness/portable/waiter.hpp"

namespace gauntlet {

struct IoResult {
  std::size_t bytes = 0;  ///< Read or written. A read of none without an error: the stream has ended.
  int accepted = -1;      ///< accept(): the new connection, which the caller owns.
  std::error_code error;  ///< std::errc::operation_canceled: the descriptor is or was closed.
};

/// A program's happens-before: who reads sees what came before the write (as Go's detector has it).
inline constexpr char kIoToken = 0;

template <class R>
class IoRequest : public Waiter<R> {
 public:
  IoRequest(const IoRequest&) = delete;
  IoRequest& operator=(const IoRequest&) = delete;

  /// False: it would block now. Otherwise `result` is final.
  virtual bool attempt(int fd) = 0;
  /// Whether it waits for room, not for bytes.
  virtual bool is_outgoing() const { return false; }

  IoResult result;

 protected:
  IoRequest() = default;
  ~IoRequest() = default;

  static bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }
  bool failed(int number) {
    result.error = std::error_code(number, std::generic_category());
    return true;
  }
  /// `call` again for as long as a signal interrupts it.
  template <class Call>
  static auto uninterrupted(Call call) {
    auto answer = call();
    while (answer < 0 && errno == EINTR) answer = call();
    return answer;
  }
};

template <class R>
class ReadRequest final : public IoRequest<R> {
 public:
  explicit ReadRequest(std::span<std::byte> into) : into_(into) {}
  bool attempt(int fd) override {
    const ssize_t got = this->uninterrupted([&] { return ::read(fd, into_.data(), into_.size()); });
    if (got < 0) return !this->would_block() && this->failed(errno);
    this->result.bytes = static_cast<std::size_t>(got);
    return true;
  }

 private:
  std::span<std::byte> into_;
};

/// All of it, however long that takes.
template <class R>
class WriteRequest final : public IoRequest<R> {
 public:
  explicit WriteRequest(std::span<const std::byte> from) : from_(from) { race::release(&kIoToken); }
  bool is_outgoing() const override { return true; }
  bool attempt(int fd) override {
    while (!from_.empty()) {
      const ssize_t put = this->uninterrupted([&] { return ::write(fd, from_.data(), from_.size()); });
      if (put < 0) return !this->would_block() && this->failed(errno);
      this->result.bytes += static_cast<std::size_t>(put);
      from_ = from_.subspan(static_cast<std::size_t>(put));
    }
    return true;
  }

 private:
  std::span<const std::byte> from_;
};

template <class R>
class AcceptRequest final : public IoRequest<R> {
 public:
  bool attempt(int fd) override {
    const int got = this->uninterrupted(
        [&] { return ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); });
    if (got < 0) return !this->would_block() && this->failed(errno);
    this->result.accepted = got;
    return true;
  }
};

template <class R>
class ConnectRequest final : public IoRequest<R> {
 public:
  ConnectRequest(const sockaddr* address, socklen_t length) : address_(address), length_(length) {}
  bool is_outgoing() const override { return true; }
  bool attempt(int fd) override {
    if (has_begun_) {
      int error = 0;
      socklen_t length = sizeof(error);
      if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return this->failed(errno);
      if (error != 0) return this->failed(error);
    }
    if (::connect(fd, address_, length_) == 0 || errno == EISCONN) return true;
    has_begun_ = true;
    const bool waits = errno == EINPROGRESS || errno == EALREADY || errno == EINTR;
    return !waits && !this->would_block() && this->failed(errno);
  }

 private:
  const sockaddr* address_;
  socklen_t length_;
  bool has_begun_ = false;
};

}  // namespace gauntlet
