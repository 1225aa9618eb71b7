// SPDX-License-Identifier: Apache-2.0
// What must follow a goroutine from thread to thread, and what must not.
#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <stdexcept>
#include <string>

#include "property_tests/work_stealing/workers_fixture.hpp"

namespace gauntlet::impls::work_stealing {
namespace {

class Migration : public WithWorkers {
 protected:
  static constexpr int kGoroutines = 16;
  static constexpr int kYields = kSanitized ? 30 : 200;
};
GAUNTLET_WITH_WORKERS(Migration);

TEST_P(Migration, a_catch_block_keeps_its_exception_over_yields) {
  std::atomic<int> right{0};
  run([&] {
    for (int id = 0; id < kGoroutines; ++id)
      Runtime::go([&right, id] {
        for (int i = 0; i < kYields; ++i) {
          const std::string mine = std::to_string(id) + "/" + std::to_string(i);
          try {
            throw std::runtime_error(mine);
          } catch (const std::runtime_error&) {
            Runtime::yield();
            try {
              throw;
            } catch (const std::runtime_error& again) {
              Runtime::yield();
              if (again.what() == mine) right.fetch_add(1, std::memory_order_relaxed);
            }
          }
        }
      });
  });
  EXPECT_EQ(right.load(std::memory_order_relaxed), kGoroutines * kYields);
}

TEST_P(Migration, an_exception_in_flight_is_counted_in_its_goroutine_only) {
  std::atomic<int> wrong{0};
  run([&] {
    for (int id = 0; id < kGoroutines; ++id)
      Runtime::go([&wrong] {
        struct YieldsWhileUnwinding {
          std::atomic<int>& wrong;
          ~YieldsWhileUnwinding() {
            Runtime::yield();
            if (std::uncaught_exceptions() != 1) wrong.fetch_add(1, std::memory_order_relaxed);
          }
        };
        for (int i = 0; i < kYields; ++i) {
          try {
            const YieldsWhileUnwinding guard{wrong};
            throw i;
          } catch (int caught) {
            if (caught != i || std::uncaught_exceptions() != 0)
              wrong.fetch_add(1, std::memory_order_relaxed);
          }
          Runtime::yield();
          if (std::uncaught_exceptions() != 0) wrong.fetch_add(1, std::memory_order_relaxed);
        }
      });
  });
  EXPECT_EQ(wrong.load(std::memory_order_relaxed), 0);
}

TEST_P(Migration, the_current_worker_is_the_one_of_the_thread) {
  std::atomic<int> wrong{0};
  std::atomic<int> migrations{0};
  run([&] {
    for (int id = 0; id < kGoroutines; ++id)
      Runtime::go([&] {
        // A worker has one thread for the whole run: the pair must not change on either side alone.
        const Worker* worker = current_worker();
        long thread = thread_number();
        for (int i = 0; i < 5 * kYields; ++i) {
          Runtime::yield();
          const Worker* worker_now = current_worker();
          const long thread_now = thread_number();
          if ((worker_now == worker) != (thread_now == thread))
            wrong.fetch_add(1, std::memory_order_relaxed);
          if (worker_now != worker) migrations.fetch_add(1, std::memory_order_relaxed);
          worker = worker_now;
          thread = thread_now;
        }
      });
  });
  EXPECT_EQ(wrong.load(std::memory_order_relaxed), 0);
  RecordProperty("migrations", migrations.load(std::memory_order_relaxed));
}

TEST_P(Migration, a_thread_local_of_the_runtime_is_null_outside) {
  run([] { EXPECT_NE(current_worker(), nullptr); });
  EXPECT_EQ(current_worker(), nullptr);
}

}  // namespace
}  // namespace gauntlet::impls::work_stealing
