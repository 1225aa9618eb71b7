// SPDX-License-Identifier: Apache-2.0
// What a call that never waits answers: rules C3 and C4, for portable and native channels alike.
#pragma once

#include <cstdint>

namespace gauntlet {

/// What a try_send did.
enum class TrySend : std::uint8_t { kSent, kFull, kClosed };

/// What a try_recv found.
enum class TryRecv : std::uint8_t { kReceived, kEmpty, kClosed };

}  // namespace gauntlet
