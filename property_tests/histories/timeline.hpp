// SPDX-License-Identifier: Apache-2.0
// A history as a page: one lane per goroutine, one bar per operation, what could be explained and
// where it ended. One file, light and dark, without any script.
#pragma once

#include <string>

#include "property_tests/histories/history.hpp"
#include "property_tests/histories/judge.hpp"

namespace gauntlet::histories {

/// `verdict` is that of `history`. `title` is plain text.
std::string timeline(const History& history, const Verdict& verdict, const std::string& title);

}  // namespace gauntlet::histories
