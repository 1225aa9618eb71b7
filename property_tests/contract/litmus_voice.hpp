// SPDX-License-Identifier: Apache-2.0
// What a litmus op may do besides its own work: say what its goroutine saw, and start another script.
#pragma once

#include <functional>
#include <string>

namespace gauntlet::contract {

struct LitmusVoice {
  std::function<void(const std::string&)> say;
  std::function<void(int)> start;  ///< From any thread.
};

}  // namespace gauntlet::contract
