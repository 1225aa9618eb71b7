// SPDX-License-Identifier: Apache-2.0
// A file descriptor for goroutines, in the stackless colour: read, write, accept and connect are to be awaited.
#pragma once

#include <sys/socket.h>

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <span>

#include "harness/colour/park_stackless.hpp"
#include "harness/portable/descriptor_core.hpp"
#include "harness/portable/io_request.hpp"

namespace gauntlet {

/// See harness/colour/descriptor.hpp.
template <class R>
class PortableDescriptor {
 public:
  explicit PortableDescriptor(int fd) : core_(fd) {}

  template <class Request>
  class [[nodiscard("AWAIT it")]] Io {
   public:
    template <class... Argument>
    explicit Io(DescriptorCore<R>& core, Argument... argument) : core_(core), request_(argument...) {}
    bool await_ready() { return core_.start(request_); }
    void await_suspend(std::coroutine_handle<> goroutine) {
      park<R>(core_, request_, goroutine, {WaitFor::kIo, &core_});
    }
    IoResult await_resume() const {
      if constexpr (std::same_as<Request, ReadRequest<R>>) race::acquire(&kIoToken);
      return request_.result;
    }

   private:
    DescriptorCore<R>& core_;
    Request request_;
  };

  Io<ReadRequest<R>> read(std::span<std::byte> into) { return Io<ReadRequest<R>>(core_, into); }
  Io<WriteRequest<R>> write(std::span<const std::byte> from) {
    return Io<WriteRequest<R>>(core_, from);
  }
  Io<AcceptRequest<R>> accept() { return Io<AcceptRequest<R>>(core_); }
  Io<ConnectRequest<R>> connect(const sockaddr* address, socklen_t length) {
    return Io<ConnectRequest<R>>(core_, address, length);
  }

  void close() { core_.close(); }

 private:
  DescriptorCore<R> core_;
};

}  // namespace gauntlet
