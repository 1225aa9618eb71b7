// SPDX-License-Identifier: Apache-2.0
// Shapes of co_await that compilers got wrong. Each test is one that workloads may write; if one of
// them breaks with a new compiler, the text of a workload must avoid that shape.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "property_tests/stackless/alive.hpp"
#include "property_tests/stackless/lane.hpp"

namespace gauntlet::stackless {
namespace {

Task look_at(const Alive& value, int& sum) {
  AWAIT yield();
  if (value.is_itself()) sum += value.number();
}

Task keep(Alive value, int& sum) {
  AWAIT yield();
  if (value.is_itself()) sum += value.number();
}

Task measure(const std::string& text, std::size_t& length) {
  AWAIT yield();
  length += text.size();
}

}  // namespace

// Temporaries of the whole expression died at the suspension, or twice.
TEST(Compilers, a_temporary_argument_lives_across_the_park_and_dies_once) {
  int sum = 0;
  drive([&]() -> Task {
    for (int i = 0; i < 10; ++i) AWAIT look_at(Alive(i), sum);
  });
  EXPECT_EQ(sum, 45);
  EXPECT_EQ(Alive::now(), 0);
}

// Parameters by value were copied bytewise, or destroyed twice.
TEST(Compilers, a_parameter_by_value_is_moved_into_the_frame_and_dies_once) {
  int sum = 0;
  drive([&]() -> Task {
    for (int i = 0; i < 10; ++i) AWAIT keep(Alive(i), sum);
  });
  EXPECT_EQ(sum, 45);
  EXPECT_EQ(Alive::now(), 0);
}

// Captures of a lambda that is awaited were destroyed twice.
TEST(Compilers, a_capture_by_value_in_an_awaited_lambda_dies_once) {
  int sum = 0;
  drive([&]() -> Task {
    for (int i = 0; i < 10; ++i) {
      auto body = [value = Alive(i), &sum]() -> Task {
        AWAIT yield();
        if (value.is_itself()) sum += value.number();
      };
      AWAIT body();
    }
  });
  EXPECT_EQ(sum, 45);
  EXPECT_EQ(Alive::now(), 0);
}

// An await in the head of a loop was evaluated once, or did not compile.
TEST(Compilers, an_await_may_stand_in_the_head_of_a_while) {
  int sum = 0;
  drive([&]() -> Task {
    Channel<int> numbers(1);
    go([&]() -> Task {
      for (int i = 1; i <= 100; ++i) AWAIT numbers.send(i);
      numbers.close();
    });
    while (auto value = AWAIT numbers.recv()) sum += *value;
  });
  EXPECT_EQ(sum, 5050);
}

TEST(Compilers, an_await_may_stand_in_an_if_a_conditional_and_a_logical_operator) {
  int sum = 0;
  drive([&]() -> Task {
    Channel<int> numbers(8);
    for (int i = 1; i <= 5; ++i) AWAIT numbers.send(i);
    numbers.close();
    if (const auto one = AWAIT numbers.recv(); one.has_value()) sum += *one;
    sum += sum > 0 ? *AWAIT numbers.recv() : -1000;
    if (sum == 3 && (AWAIT numbers.recv()).has_value()) sum += 10;
    if (sum == 0 || (AWAIT numbers.recv()).value_or(0) == 4) sum += 100;
    sum += *AWAIT numbers.recv() * 1000;
    EXPECT_FALSE((AWAIT numbers.recv()).has_value());
  });
  EXPECT_EQ(sum, 5113);
}

TEST(Compilers, an_await_may_be_the_argument_of_an_awaited_call) {
  std::string got;
  drive([&]() -> Task {
    Channel<std::unique_ptr<std::string>> there;
    Channel<std::unique_ptr<std::string>> back;
    go([&]() -> Task {
      for (int i = 0; i < 3; ++i) AWAIT back.send(*AWAIT there.recv());
    });
    for (const char* word : {"a", "bc", "def"}) {
      AWAIT there.send(std::make_unique<std::string>(word));
      got += **AWAIT back.recv();
    }
  });
  EXPECT_EQ(got, "abcdef");
}

// g++ 12 uses a frame after it was freed there (AddressSanitizer sees it). Workloads write if and
// else.
TEST(Compilers, an_await_of_a_conditional_awaits_the_branch_taken) {
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
  GTEST_SKIP() << "told: g++ before 13 miscompiles AWAIT (a ? f() : g())";
#else
  int sum = 0;
  std::size_t length = 0;
  drive([&]() -> Task {
    for (int i = 0; i < 10; ++i)
      AWAIT(i % 2 == 0 ? look_at(Alive(i), sum) : measure(std::string("odd"), length));
  });
  EXPECT_EQ(sum, 20);
  EXPECT_EQ(length, 15U);
  EXPECT_EQ(Alive::now(), 0);
#endif
}

TEST(Compilers, a_temporary_string_built_in_the_argument_survives) {
  std::size_t length = 0;
  drive([&]() -> Task {
    for (int i = 0; i < 10; ++i)
      AWAIT measure(std::string("longer than any small string buffer ") + std::to_string(i),
                    length);
  });
  EXPECT_EQ(length, 10 * std::string("longer than any small string buffer 0").size());
}

TEST(Compilers, an_exception_in_an_await_destroys_the_temporaries_once) {
  int caught = 0;
  drive([&]() -> Task {
    const auto fail = [](const Alive& value) -> Task {
      AWAIT yield();
      throw value.number();
    };
    for (int i = 0; i < 10; ++i) {
      try {
        AWAIT fail(Alive(i));
      } catch (int number) {
        caught += number;
      }
    }
  });
  EXPECT_EQ(caught, 45);
  EXPECT_EQ(Alive::now(), 0);
}

TEST(Compilers, a_value_received_into_a_structured_binding_or_a_reference_is_whole) {
  int sum = 0;
  drive([&]() -> Task {
    Channel<std::pair<int, int>> pairs(2);
    AWAIT pairs.send({1, 2});
    AWAIT pairs.send({3, 4});
    const auto [a, b] = *AWAIT pairs.recv();
    std::optional<std::pair<int, int>>&& second = AWAIT pairs.recv();
    sum = a * 1000 + b * 100 + second->first * 10 + second->second;
  });
  EXPECT_EQ(sum, 1234);
}

}  // namespace gauntlet::stackless
