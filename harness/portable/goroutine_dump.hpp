// SPDX-License-Identifier: Apache-2.0
// Goroutines as text: one block each, those that are alike in one block. In the manner of Go's SIGQUIT dump:
//
//   goroutine 7 [chan recv, 12 s]:
//     waits to receive from channel 0x7ffd5c0e1a40 (capacity 0)
//     started at app.cpp:31, by goroutine 1
#pragma once

#include <cstdint>
#include <source_location>
#include <string>
#include <vector>

#include "harness/portable/goroutine_record.hpp"

namespace gauntlet {

/// Everyone who is alive. From any thread, at any time, while others run: a snapshot.
std::string dump_goroutines();

std::string text_of(const std::vector<GoroutineFacts>& goroutines);

/// What follows "waits": "to receive from channel 0x... (capacity 0)".
std::string text_of(const WaitReason& reason);

/// "app.cpp:31".
std::string text_of(const std::source_location& site);

/// "goroutine 7 (started at app.cpp:31, by goroutine 1)"; for a thread that runs none: says so.
std::string who_am_i();

}  // namespace gauntlet
