// SPDX-License-Identifier: Apache-2.0
// Passes on request: a line in asks for one pass, a line out answers with its figure. Two processes whose passes take
// turns meet the same moments of a machine whose speed changes under them; two that run one after the other do not.
#pragma once

#include <istream>
#include <limits>
#include <ostream>
#include <string>

namespace gauntlet {

class Requests {
 public:
  Requests(std::istream& in, std::ostream& out) : in_(in), out_(out) {
    out_.precision(std::numeric_limits<double>::max_digits10);
  }

  /// Tells the asking side that all is warm and nothing runs until it asks.
  void ready() { out_ << "ready" << std::endl; }

  /// Blocks until a pass is asked for; false when nobody is going to ask any more.
  bool next() {
    std::string line;
    return static_cast<bool>(std::getline(in_, line));
  }

  void answer(double ns_per_op) { out_ << ns_per_op << std::endl; }

 private:
  std::istream& in_;
  std::ostream& out_;
};

}  // namespace gauntlet
