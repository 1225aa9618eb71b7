// SPDX-License-Identifier: Apache-2.0
// The contract for runtimes without stacks: the five verbs in the shape that C++20 coroutines need.
//
// A goroutine is a suspended coroutine. To suspend is the compiler's work, so there is no
// suspend(): the colour publishes the handle itself. What the compiler cannot know is when a
// goroutine has ended; the colour says it with ended(). A runtime continues a handle through
// Trampoline::run(), never through handle.resume(): see harness/contract/trampoline.hpp for the
// reason. The optional verbs are those of harness/contract/runtime.hpp.
#pragma once

#include <concepts>
#include <coroutine>

#include "harness/contract/runtime.hpp"

namespace gauntlet {

template <class R>
concept StacklessRuntime =
    std::constructible_from<typename R::Handle, std::coroutine_handle<>> &&
    requires(const RunConfig& config, std::coroutine_handle<> goroutine, typename R::Handle handle) {
      { R::info } -> std::convertible_to<RuntimeInfo>;
      R::run(config, goroutine);  // Starts the first goroutine; returns when every one has ended.
      R::go(goroutine);      // Makes a new goroutine ready; never waits for it. From any thread.
      R::yield(goroutine);   // The caller, suspended: ready again, behind others.
      R::resume(handle);     // A parked one: ready again. From any thread, once per park, maybe
                             // before Trampoline::run() has returned from it.
      R::ended();            // The last act of a goroutine, on the thread that ran it. Its frame
                             // is gone already.
    };

}  // namespace gauntlet
