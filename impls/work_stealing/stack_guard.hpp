// SPDX-License-Identifier: Apache-2.0
// Guard pages: what makes a stack overflow a fault instead of silent corruption.
//
// MADV_GUARD_INSTALL (Linux 6.13) marks single page-table entries: any number of guards in one
// mapping. Older kernels get mprotect(), which splits the mapping: two more per guard, and
// vm.max_map_count ends it at about 32,000. Then the runtime says so once and goes on without
// guards.
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>

namespace gauntlet::impls::work_stealing {

enum class GuardKind : std::uint8_t { kMadvise, kMprotect, kNone };

class StackGuards {
 public:
  explicit StackGuards(GuardKind kind)
      : kind_(kind), mprotects_left_(kind == GuardKind::kMprotect ? mprotect_budget() : 0) {}

  /// What this kernel can do.
  static GuardKind best_kind() {
    constexpr std::size_t kProbeBytes = 64 * 1024;  // At least one page everywhere.
    void* probe =
        mmap(nullptr, kProbeBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (probe == MAP_FAILED) return GuardKind::kMprotect;
    const bool works = madvise(probe, kProbeBytes, kMadviseGuardInstall) == 0;
    munmap(probe, kProbeBytes);
    return works ? GuardKind::kMadvise : GuardKind::kMprotect;
  }

  /// Once per stack. False: this stack has no guard.
  bool install(void* low, std::size_t bytes) {
    switch (kind_) {
      case GuardKind::kMadvise:
        return madvise(low, bytes, kMadviseGuardInstall) == 0;
      case GuardKind::kMprotect:
        // relaxed: a count, it publishes nothing.
        if (mprotects_left_.fetch_sub(1, std::memory_order_relaxed) > 0 &&
            mprotect(low, bytes, PROT_NONE) == 0)
          return true;
        say_once_that_guards_ran_out();
        return false;
      case GuardKind::kNone:
        return false;
    }
    return false;
  }

  GuardKind kind() const { return kind_; }

 private:
  static constexpr int kMadviseGuardInstall = 102;  // In <sys/mman.h> only since glibc 2.42.
  static constexpr std::int64_t kDefaultMapCount = 65530;
  static constexpr std::int64_t kMapsForOthers = 2000;  // Libraries, heaps, thread stacks.

  static std::int64_t mprotect_budget() {
    std::int64_t maps = kDefaultMapCount;
    std::ifstream("/proc/sys/vm/max_map_count") >> maps;
    return maps > kMapsForOthers ? (maps - kMapsForOthers) / 2 : 0;
  }

  void say_once_that_guards_ran_out() {
    // relaxed: only who prints first.
    if (said_.exchange(true, std::memory_order_relaxed)) return;
    std::fprintf(
        stderr,
        "gauntlet: work_stealing: vm.max_map_count allows no more guard pages; later stacks "
        "have none (raise it, or use Linux 6.13)\n");
  }

  GuardKind kind_;
  std::atomic<std::int64_t> mprotects_left_;
  std::atomic<bool> said_{false};
};

}  // namespace gauntlet::impls::work_stealing
