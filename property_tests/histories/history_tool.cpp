// SPDX-License-Identifier: Apache-2.0
// history FILE.json [PAGE.html]: judges a history in a file, says the verdict, draws it.
// Exit codes: 0 linearizable, 1 broken or unknown, 2 bad input.
#include <exception>
#include <fstream>
#include <iostream>

#include "property_tests/histories/history_file.hpp"
#include "property_tests/histories/judge.hpp"
#include "property_tests/histories/timeline.hpp"

int main(int argc, char** argv) {
  using namespace gauntlet::histories;
  if (argc < 2 || argc > 3) {
    std::cerr << "gauntlet: history wants FILE.json and, to draw it, PAGE.html\n";
    return 2;
  }
  try {
    const HistoryFile file = read_history(argv[1]);
    const Verdict verdict = judge(file.history);
    std::cout << (verdict.kind == Verdict::kLinearizable ? "linearizable"
                  : verdict.kind == Verdict::kBroken     ? "not linearizable: "
                                                         : "unknown: ")
              << verdict.reason << "\n";
    if (argc == 3) {
      std::ofstream page(argv[2]);
      page << timeline(file.history, verdict, file.story);
      if (!page.flush()) throw std::runtime_error(std::string("cannot write ") + argv[2]);
    }
    return verdict.kind == Verdict::kLinearizable ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "gauntlet: " << error.what() << "\n";
    return 2;
  }
}
