// SPDX-License-Identifier: Apache-2.0
// A fault of a known size, put into a runtime's hot path so that the gate can be shown to see it. It comes
// from GAUNTLET_INJECT, e.g. "steps=20,allocations=1": nothing is injected without it.
//
//   steps         steps of busy work per 1,024 wake-ups and started goroutines (the gate calibrates how many): in one
//                 piece, because the processor does the first few dozen while it waits for something else. A step is four
//                 additions that do not need each other: a neighbour on the same core slows them down as it does the
//                 workload, so that a share stays a share
//   allocations   calls of malloc per wake-up
//   system_calls  system calls per wake-up
//   bytes         resident bytes per started goroutine, kept until the process ends
#pragma once

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "harness/contract/panic.hpp"
#include "harness/params.hpp"

namespace gauntlet {

class Fault {
 public:
  /// Throws std::invalid_argument or std::out_of_range when the text is no fault.
  explicit Fault(const std::string& text) {
    const Params params = Params::parse(text);
    for (const auto& each : params.values()) place_of(each.first) = params.number(each.first);
    if (bytes_ > 0) ground_ = reserve();
  }
  Fault(const Fault&) = delete;
  Fault& operator=(const Fault&) = delete;
  ~Fault() {
    if (ground_ != nullptr) munmap(ground_, kGroundBytes);
  }

  /// The fault of this process. A text that is none ends it: a self-test must not run without its fault.
  static Fault& of_process() {
    static const char* const text = std::getenv("GAUNTLET_INJECT");
    static Fault fault(text == nullptr ? "" : text);
    return fault;
  }

  void on_wake_up() {
    work();
    for (std::int64_t i = 0; i < allocations_; ++i) {
      void* volatile block = std::malloc(kBlockBytes);
      std::free(block);
    }
    for (std::int64_t i = 0; i < system_calls_; ++i) syscall(SYS_getppid);
  }

  void on_start() {
    work();
    if (bytes_ == 0) return;
    // relaxed: every caller gets bytes of its own, and nobody reads them.
    const std::int64_t begin = taken_.fetch_add(bytes_, std::memory_order_relaxed);
    if (begin + bytes_ > kGroundBytes) panic("the injected bytes are used up");
    std::memset(ground_ + begin, 1, static_cast<std::size_t>(bytes_));
  }

 private:
  static constexpr std::int64_t kGroundBytes = std::int64_t{1} << 32;
  static constexpr std::size_t kBlockBytes = 16;
  static constexpr std::uint32_t kCallsPerPiece = 1024;

  std::int64_t& place_of(const std::string& name) {
    if (name == "steps") return steps_;
    if (name == "allocations") return allocations_;
    if (name == "system_calls") return system_calls_;
    if (name == "bytes") return bytes_;
    throw std::invalid_argument("GAUNTLET_INJECT knows no '" + name + "'");
  }

  void work() {
    thread_local std::uint32_t calls = 0;
    if (++calls % kCallsPerPiece == 0) busy(steps_);
  }

  static void busy(std::int64_t steps) {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::uint64_t c = 0;
    std::uint64_t d = 0;
    for (std::int64_t i = 0; i < steps; ++i) {
      ++a, ++b, ++c, ++d;
      asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d));  // Each addition is done.
    }
  }

  static char* reserve() {
    void* ground = mmap(nullptr, kGroundBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ground == MAP_FAILED) panic("no address space for the injected bytes");
    madvise(ground, kGroundBytes, MADV_NOHUGEPAGE);  // A huge page would be 131,072 goroutines' at once.
    return static_cast<char*>(ground);
  }

  std::int64_t steps_ = 0;
  std::int64_t allocations_ = 0;
  std::int64_t system_calls_ = 0;
  std::int64_t bytes_ = 0;
  char* ground_ = nullptr;
  std::atomic<std::int64_t> taken_{0};
};

}  // namespace gauntlet
