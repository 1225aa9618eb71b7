// SPDX-License-Identifier: Apache-2.0
// The exceptions in flight of one goroutine. The C++ ABI keeps them per thread: without a swap at
// every switch, `throw;` in one goroutine's catch block rethrows the exception of another.
#pragma once

#include <cxxabi.h>

#include <cstdint>
#include <utility>

namespace gauntlet::impls::work_stealing {

/// Mirrors __cxa_eh_globals of the Itanium C++ ABI, section 2.2.2.
struct ExceptionState {
  void* caught = nullptr;     ///< Stack of exceptions whose handlers run.
  unsigned int uncaught = 0;  ///< std::uncaught_exceptions().

  /// The calling thread's; the address is the same as long as the thread lives.
  static ExceptionState* of_this_thread() {
    return reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
  }

  /// 0: there are none.
  std::uintptr_t bits() const { return reinterpret_cast<std::uintptr_t>(caught) | uncaught; }

  /// This is of the goroutine that comes: it becomes the thread's, whose own goes to the one that leaves. Who runs has none,
  /// so that a switch without exceptions stores nothing.
  void take_over(ExceptionState& of_thread, ExceptionState& of_leaver) {
    of_leaver = std::exchange(of_thread, std::exchange(*this, {}));
  }
};

}  // namespace gauntlet::impls::work_stealing
