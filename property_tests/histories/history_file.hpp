// SPDX-License-Identifier: Apache-2.0
// A history in a file: JSON, one operation a line, with the story it tells and the verdict it must
// get.
#pragma once

#include <filesystem>
#include <string>

#include "property_tests/histories/history.hpp"

namespace gauntlet::histories {

struct HistoryFile {
  std::string story;
  std::string verdict = {};  ///< linearizable or broken; empty: nobody has judged it.
  std::string reason = {};   ///< How the reason begins, when it is broken.
  History history;
};

/// Throws std::runtime_error with one line that names the file and what is wrong with it.
HistoryFile read_history(const std::filesystem::path& path);

/// Whole or not at all: written beside and renamed.
void write_history(const std::filesystem::path& path, const HistoryFile& file);

}  // namespace gauntlet::histories
