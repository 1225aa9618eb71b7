// SPDX-License-Identifier: Apache-2.0
// The exceptions in flight of one goroutine. The C++ ABI keeps them per thread: without a swap at
// every switch, `throw;` in one goroutine's catch block rethrows the exception of another.
#pragma once

#include <cxxabi.h>

namespace gauntlet::impls::work_stealing {

/// Mirrors __cxa_eh_globals of the Itanium C++ ABI, section 2.2.2.
struct ExceptionState {
  void* caught = nullptr;     ///< Stack of exceptions whose handlers run.
  unsigned int uncaught = 0;  ///< std::uncaught_exceptions().

  /// The calling thread's; the address is the same as long as the thread lives.
  static ExceptionState* of_this_thread() {
    return reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
  }
};

}  // namespace gauntlet::impls::work_stealing
