// SPDX-License-Identifier: Apache-2.0
// The least of a broken history that is still broken.
//
// Only what cannot break a good history is taken away, so that what is left shows the same fault
// and not one that the cutting made: first the end (a prefix of a good history is good; who had not
// returned is then pending), then operations without effect, then a value with all who touched it,
// then a close that nobody felt. While somebody is left who was told of a value by a full buffer or
// a length, values stay.
#pragma once

#include <vector>

#include "property_tests/histories/history.hpp"
#include "property_tests/histories/judge.hpp"

namespace gauntlet::histories {

/// Precondition: judge(history) is kBroken; so is judge(result).
History minimal(const History& history, const Limits& limits = {});

/// What may be taken away together, as indices; sound for every history. For minimal() and its
/// tests.
std::vector<std::vector<int>> removable(const History& history);

/// As it was at `end`: later calls are gone, later returns are pending.
History prefix_of(const History& history, Time end);

/// Without those operations.
History without(const History& history, const std::vector<int>& operations);

}  // namespace gauntlet::histories
