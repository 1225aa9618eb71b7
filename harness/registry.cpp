// SPDX-License-Identifier: Apache-2.0
// The list that workloads put themselves into before main().
#include <algorithm>
#include <utility>

#include "harness/workload.hpp"

namespace gauntlet {
namespace {

std::vector<Workload>& registered() {
  static std::vector<Workload> list;  // A local: made before the first Registration needs it.
  return list;
}

}  // namespace

const std::vector<Workload>& workloads() { return registered(); }

Registration::Registration(Workload workload) {
  auto& list = registered();
  const auto place = std::upper_bound(
      list.begin(), list.end(), workload,
      [](const Workload& left, const Workload& right) { return left.name < right.name; });
  list.insert(place, std::move(workload));
}

}  // namespace gauntlet
