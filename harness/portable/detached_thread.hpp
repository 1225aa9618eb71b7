// SPDX-License-Identifier: Apache-2.0
// A thread that nobody joins, from its first instruction on.
//
// Rejected: std::thread and its detach(). In glibc 2.36 pthread_detach() looks at the thread once more when that may have ended,
// and its stack be unmapped: now and then, of millions of short threads, one takes the process with it.
#pragma once

#include <pthread.h>

#include <memory>
#include <system_error>
#include <type_traits>
#include <utility>

namespace gauntlet {

class DetachedThread {
 public:
  /// Runs `job`, whose exceptions end the program. Throws std::system_error where the system gives no more threads; then
  /// nothing has run.
  template <class F>
  static void start(F&& job) {
    using Job = std::decay_t<F>;
    static const Detached detached;
    auto owned = std::make_unique<Job>(std::forward<F>(job));
    const auto main = [](void* argument) noexcept -> void* {
      const std::unique_ptr<Job> mine(static_cast<Job*>(argument));
      (*mine)();
      return nullptr;
    };
    pthread_t unused{};
    if (const int error = pthread_create(&unused, &detached.attributes, main, owned.get()); error != 0)
      throw std::system_error(error, std::generic_category());
    owned.release();  // NOLINT: the thread has it.
  }

 private:
  struct Detached {
    Detached() {
      pthread_attr_init(&attributes);
      pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    }
    pthread_attr_t attributes{};
  };
};

}  // namespace gauntlet
