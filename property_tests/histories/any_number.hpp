// SPDX-License-Identifier: Apache-2.0
// A number of a range, for RapidCheck. From the whole range at once: a history is no clearer for being
// small at first.
#pragma once

#include <rapidcheck.h>

namespace gauntlet::histories {

inline rc::Gen<int> any(int least, int below) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, below));
}

}  // namespace gauntlet::histories
