// SPDX-License-Identifier: Apache-2.0
// What a call brought back from another thread: a value, nothing, or an exception.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace gauntlet {

template <class T>
class BlockingResult {
 public:
  template <class F>
  void fill(F& call) noexcept {
    try {
      if constexpr (std::is_void_v<T>)
        call();
      else
        value_.emplace(call());
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  /// Once.
  T take() {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    if constexpr (!std::is_void_v<T>) return std::move(*value_);
  }

 private:
  struct Nothing {};
  std::conditional_t<std::is_void_v<T>, Nothing, std::optional<T>> value_{};
  std::exception_ptr failure_;
};

}  // namespace gauntlet
