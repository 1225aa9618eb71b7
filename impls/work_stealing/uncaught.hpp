// SPDX-License-Identifier: Apache-2.0
// The end of a program whose goroutine threw what nobody caught (rule R1). Included by worker.hpp only.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>

namespace gauntlet::impls::work_stealing {

inline void die_of_uncaught_exception() {
  const std::uint64_t id = current_worker()->current().id;
  try {
    throw;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gauntlet: goroutine %llu: uncaught exception: %s\n",
                 static_cast<unsigned long long>(id), error.what());
  } catch (...) {
    std::fprintf(stderr, "gauntlet: goroutine %llu: uncaught exception of unknown type\n",
                 static_cast<unsigned long long>(id));
  }
  std::abort();
}

}  // namespace gauntlet::impls::work_stealing
