// SPDX-License-Identifier: Apache-2.0
// A line of text in a fixed buffer, for signal handlers: no allocation, no stdio.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace gauntlet {

class SignalLine {
 public:
  void add(const char* text) {
    while (*text != '\0' && length_ < sizeof(text_)) text_[length_++] = *text++;
  }
  void add(std::uint64_t number) {
    constexpr std::size_t kMostDigits = 20;
    char digits[kMostDigits + 1] = {};
    char* first = digits + kMostDigits;
    do {
      *--first = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0);
    add(first);
  }
  void write_to_stderr() const {
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text_, length_);
  }

 private:
  char text_[512];
  std::size_t length_ = 0;
};

}  // namespace gauntlet
