// SPDX-License-Identifier: Apache-2.0
// Counts allocations: a shared library to preload. It stands in front of glibc's allocator, counts calls and
// bytes asked for, and writes both to the file named by GAUNTLET_ALLOCATIONS when the process ends.
//
// Preloaded and not compiled in: the executable that is timed is then the one that is counted, and what
// its libraries allocate is counted too. glibc's own names are called, because dlsym() itself allocates.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

std::atomic<std::uint64_t> calls{0};
std::atomic<std::uint64_t> bytes{0};

void count(std::size_t size) {
  // relaxed, both: two sums that are read after every thread that adds has ended.
  calls.fetch_add(1, std::memory_order_relaxed);
  bytes.fetch_add(size, std::memory_order_relaxed);
}

[[gnu::destructor]] void tell() {
  const char* name = getenv("GAUNTLET_ALLOCATIONS");
  if (name == nullptr) return;
  // relaxed, both: as in count().
  const auto all_calls = calls.load(std::memory_order_relaxed);
  const auto all_bytes = bytes.load(std::memory_order_relaxed);
  const int file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return;  // The reader misses the file and says so.
  dprintf(file, "%llu %llu\n", static_cast<unsigned long long>(all_calls),
          static_cast<unsigned long long>(all_bytes));
  close(file);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  count(size);
  return __libc_malloc(size);
}

void* calloc(std::size_t amount, std::size_t size) {
  count(amount * size);
  return __libc_calloc(amount, size);
}

void* realloc(void* block, std::size_t size) {
  count(size);
  return __libc_realloc(block, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }

int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  if (alignment < sizeof(void*) || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* made = memalign(alignment, size);
  if (made == nullptr) return ENOMEM;
  *block = made;
  return 0;
}

}  // extern "C"
