// SPDX-License-Identifier: Apache-2.0
// The race programs of one lane: `races_LANE` lists them; `races_LANE PROGRAM racy|fixed [WORKERS]` runs one.
// The detector decides the exit code: 66 a race was reported, 0 none; 77 the lane cannot run this one.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "property_tests/races/program.hpp"

namespace {

using namespace gauntlet;
using races::Program;

const char* kind_name(Program::Kind kind) {
  switch (kind) {
    case Program::Kind::kEdge:
      return "edge";
    case Program::Kind::kNonEdge:
      return "non_edge";
    case Program::Kind::kSeeded:
      return "seeded";
  }
  return "unknown";
}

int refuse(const char* what, std::string_view culprit) {
  std::fprintf(stderr, "gauntlet: %s '%.*s'; run without arguments for the list\n", what,
               static_cast<int>(culprit.size()), culprit.data());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    for (const Program& program : races::programs())
      std::printf("%s %s\n", kind_name(program.kind), program.name.data());
    return argc == 1 ? 0 : 2;
  }
  const std::string_view name = argv[1];
  const std::string_view asked = argv[2];
  if (asked != "racy" && asked != "fixed") return refuse("no such twin", asked);
  races::twin = asked == "racy" ? races::Twin::kRacy : races::Twin::kFixed;
  RunConfig config;
  config.workers = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 2;
  if (config.workers < 1 || config.workers > 1024) return refuse("no worker count", argv[3]);
  for (const Program& program : races::programs()) {
    if (program.name != name) continue;
    run(config, [body = program.body]() -> Task { AWAIT body(); });
    return 0;
  }
  return refuse("no such program", name);
}
