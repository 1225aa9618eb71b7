// SPDX-License-Identifier: Apache-2.0
// An open file of the kernel's, closed when it dies.
#pragma once

#include <unistd.h>

#include <utility>

namespace gauntlet::impls::work_stealing {

class File {
 public:
  /// Takes over a descriptor; negative: there is none.
  explicit File(int number) : number_(number) {}
  File(File&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  File& operator=(File&&) = delete;
  ~File() {
    if (number_ >= 0) close(number_);
  }

  explicit operator bool() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

}  // namespace gauntlet::impls::work_stealing
