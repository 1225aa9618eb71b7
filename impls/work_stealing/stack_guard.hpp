// SPDX-License-Identifier: Apache-2.0
// Guard pages: what makes a stack overflow a fault instead of silent corruption.
//
// MADV_GUARD_INSTALL (Linux 6.13) marks single page-table entries: any number of guards in one
// mapping, many in one system call. Older kernels get mprotect(), which splits the mapping: two more per guard, and
// vm.max_map_count ends it at about 32,000. Then the runtime says so once and goes on without
// guards.
#pragma once

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>

#include "impls/work_stealing/file.hpp"

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

  /// Once per stack: protects the page at `low`, and those at so many strides above it. False: not all of them have a
  /// guard.
  bool install(std::byte* low, std::size_t page_bytes, std::size_t stride, std::size_t count) {
    switch (kind_) {
      case GuardKind::kMadvise:
        return install_marks(low, page_bytes, stride, count);
      case GuardKind::kMprotect:
        for (std::size_t i = 0; i < count; ++i) {
          // relaxed: a count, it publishes nothing.
          if (mprotects_left_.fetch_sub(1, std::memory_order_relaxed) > 0 &&
              mprotect(low + i * stride, page_bytes, PROT_NONE) == 0)
            continue;
          say_once_that_guards_ran_out();
          return false;
        }
        return true;
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

  /// A system call for many, and one for each where the kernel does not do that.
  bool install_marks(std::byte* low, std::size_t page_bytes, std::size_t stride, std::size_t count) const {
    std::array<iovec, kMostAtOnce> pages;
    std::size_t done = 0;
    while (done < count) {
      const std::size_t now = std::min(count - done, pages.size());
      for (std::size_t i = 0; i < now; ++i) pages[i] = {low + (done + i) * stride, page_bytes};
      const long bytes = syscall(SYS_process_madvise, self_.number(), pages.data(), now, kMadviseGuardInstall, 0);
      if (bytes != static_cast<long>(now * page_bytes)) break;
      done += now;
    }
    for (; done < count; ++done)
      if (madvise(low + done * stride, page_bytes, kMadviseGuardInstall) != 0) return false;
    return true;
  }

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

  static constexpr std::size_t kMostAtOnce = 64;

  GuardKind kind_;
  File self_{static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0))};  // After fork() it is the parent: refused.
  std::atomic<std::int64_t> mprotects_left_;
  std::atomic<bool> said_{false};
};

}  // namespace gauntlet::impls::work_stealing
