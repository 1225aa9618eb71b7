// SPDX-License-Identifier: Apache-2.0
// The search: one order of the requests of a window in which every answer comes true in time.
//
// Wing and Gong, "Testing and verifying concurrent objects" (1993), with the configurations already
// seen kept by Lowe, "Testing for linearizability" (2017). The entries of the window (a call, seen
// parked, a return) stand in one list by time. A call that the model allows is lifted out; what its
// request completes has its return lifted out too. An entry that stands at the front and cannot be
// lifted means: back, and try another order. The history is linearizable when nothing but calls of
// pending operations is left.
//
// Lifting the call at the request and the return at the follow-up is what splits a blocking
// operation: it stands in the model's queue in between, and its return holds everything behind it
// up.
#pragma once

#include "property_tests/histories/history.hpp"
#include "property_tests/histories/judge.hpp"
#include "property_tests/histories/model.hpp"
#include "property_tests/histories/windows.hpp"

namespace gauntlet::histories {

Verdict search(const History& history, const Model& model, const Window& window,
               const Limits& limits);

}  // namespace gauntlet::histories
