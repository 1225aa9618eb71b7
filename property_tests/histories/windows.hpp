// SPDX-License-Identifier: Apache-2.0
// Windows: pieces of a history that can be judged one by one, because nothing passes between them.
//
// Across: channels that no select joins are independent objects, so a history is linearizable
// exactly if each one's part is (locality: Herlihy and Wing 1990; used so by Horn and Kroening,
// "Faster linearizability checking via P-compositionality", 2015). Along: where no operation is in
// flight, and as many values were received as were sent, every order of what came before ends in
// the same state: nothing buffered, nobody waits, closed or not as told. The rest starts from
// there.
#pragma once

#include <vector>

#include "property_tests/histories/history.hpp"
#include "property_tests/histories/model.hpp"

namespace gauntlet::histories {

struct Window {
  std::vector<int> operations;  ///< Indices into the history, by `called`.
  State start;                  ///< Of all channels; those of other windows are not touched.
};

std::vector<Window> windows_of(const History& history);

}  // namespace gauntlet::histories
