// SPDX-License-Identifier: Apache-2.0
// Both ends of a socket pair of the workload `echo`, and what the client has had of it.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "harness/workload.hpp"

namespace gauntlet {

struct Connection {
  std::array<int, 2> ends = [] {
    std::array<int, 2> made{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, made.data()) != 0)  // Messages stay whole.
      throw std::system_error(errno, std::generic_category(), "socketpair");
    return made;
  }();
  Descriptor client{ends[0]};
  Descriptor server{ends[1]};
  Tally answered;
};

}  // namespace gauntlet
