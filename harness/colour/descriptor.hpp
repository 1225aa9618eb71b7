// SPDX-License-Identifier: Apache-2.0
// A file descriptor for goroutines, in the blocking colour.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <span>

#include "harness/colour/park.hpp"
#include "harness/portable/descriptor_core.hpp"
#include "harness/portable/io_request.hpp"

namespace gauntlet {

/// A socket, pipe or the like. Who waits for it is parked and keeps no thread. Any number of goroutines may call any
/// member at once; reads are served in the order in which they came, and so are writes.
template <class R>
class PortableDescriptor {
 public:
  /// Owns `fd`. Throws std::system_error for what cannot be polled, such as a regular file: see blocking().
  explicit PortableDescriptor(int fd) : core_(fd) {}

  /// Waits until there is something. No bytes and no error: the stream has ended.
  IoResult read(std::span<std::byte> into) {
    ReadRequest<R> request(into);
    IoResult result = wait(request);
    race::acquire(&kIoToken);
    return result;
  }
  /// Waits until all of it is written, or an error; `bytes` says how many were.
  IoResult write(std::span<const std::byte> from) {
    WriteRequest<R> request(from);
    return wait(request);
  }
  /// Of a socket that listens: waits for a connection.
  IoResult accept() {
    AcceptRequest<R> request;
    return wait(request);
  }
  IoResult connect(const sockaddr* address, socklen_t length) {
    ConnectRequest<R> request(address, length);
    return wait(request);
  }

  /// Whoever waits goes on with an error. Any number of times.
  void close() { core_.close(); }

 private:
  IoResult wait(IoRequest<R>& request) {
    if (!core_.start(request)) park<R>(core_, request, {WaitFor::kIo, &core_});
    return request.result;
  }

  DescriptorCore<R> core_;
};

}  // namespace gauntlet
