// SPDX-License-Identifier: Apache-2.0
// What a figure depends on besides the code: machine, kernel, build. Goes into every result.
#pragma once

#include <map>
#include <string>

namespace gauntlet {

/// Key -> value, in words; "unknown" where the system does not say.
std::map<std::string, std::string> environment();

}  // namespace gauntlet
