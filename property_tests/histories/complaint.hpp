// SPDX-License-Identifier: Apache-2.0
// What a failed history says: what is wrong, the least that still shows it, where it is drawn, how
// to do it again.
#pragma once

#include <cstdint>
#include <string>

#include "property_tests/histories/history.hpp"
#include "property_tests/histories/judge.hpp"

namespace gauntlet::histories {

/// Where a history comes from.
struct Origin {
  std::string lane;
  unsigned workers = 1;
  std::uint64_t seed = 1;
  std::string test = {};  ///< Suite.name
  std::string properties =
      {};  ///< RC_PARAMS that make RapidCheck do the same again; empty: not its doing.
};

/// Minimises the history and writes <lane>.<test>.json and .html into GAUNTLET_HISTORIES_DIR, or
/// the system's folder for temporary files. Words for people; a file that cannot be written is said
/// there.
std::string complaint(const History& history, const Verdict& verdict, const Origin& origin);

}  // namespace gauntlet::histories
