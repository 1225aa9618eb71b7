// SPDX-License-Identifier: Apache-2.0
// Packs the pages of stacks that nobody touches: what they hold is kept by a PageStore, the page goes back to the
// system, and whoever touches the address finds it as it was. Virtual memory of one's own, by userfaultfd(2).
//
// Why it is safe, whatever a goroutine does meanwhile: the kernel orders everything, the scheduler knows nothing of it.
//   1. The page is write-protected: whoever writes waits. What is read is right, and does not change.
//   2. What it holds is saved.
//   3. The page is dropped (MADV_DONTNEED). Whoever touches it waits.
//   4. Who waits is answered by one thread, this one's: with the page as it was saved, in one atomic step (UFFDIO_COPY).
// So pointers into a packed stack stay valid, for other goroutines, for threads, and for system calls.
//
// The thread that answers must never wait for one that may itself wait for a page: no malloc(), no lock but by
// try_lock(), no standard streams.
//
// Rejected: that the scheduler copies the live part of a parked stack to the heap and back. Waiters of channels, wait groups
// and captured variables lie on stacks, and others write to them.
#pragma once

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "harness/contract/atomics.hpp"
#include "harness/portable/cores.hpp"
#include "impls/work_stealing/file.hpp"
#include "impls/work_stealing/page_store.hpp"

namespace gauntlet::impls::work_stealing {

/// `slots` stacks of `slot_bytes` each, of which the lowest page is a guard.
struct StackRegion {
  std::byte* base = nullptr;
  std::size_t slot_bytes = 0;
  std::size_t slots = 0;
};

/// Packed now: so many pages, and what is kept of them.
struct PackedStacks {
  std::size_t pages = 0;
  std::size_t bytes = 0;
};

/// `kProtects` false is a mutant for tests: what is written while a page is being packed is lost.
template <bool kProtects>
class BasicStackPager {
 public:
  /// `dropping` is held by whoever else drops pages of the region. Throws std::system_error when the system does not let
  /// this process have a pager, std::bad_alloc.
  BasicStackPager(StackRegion region, std::mutex& dropping)
      : region_(region),
        pages_per_slot_(region.slot_bytes / kPage),
        dropping_(dropping),
        faults_(open_faults()),
        asked_event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        pagemap_(open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)),
        store_(region.slots),
        states_(kSlotsAtOnce * pages_per_slot_),
        packed_in_block_(region.slots / kSlotsOfBlock + 1) {
    if (!asked_event_ || !pagemap_) throw std::system_error(errno, std::generic_category(), "files of the stack pager");
    // Signals go to threads that may run handlers.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { serve(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  BasicStackPager(const BasicStackPager&) = delete;
  BasicStackPager& operator=(const BasicStackPager&) = delete;
  /// Precondition: nobody needs what is packed.
  ~BasicStackPager() {
    // relaxed: the event orders it.
    over_.store(true, std::memory_order_relaxed);
    wake();
    thread_.join();
  }

  /// Packs all pages of the first `slots` stacks that are worth it. From any thread, a goroutine's too.
  PackedStacks pack(std::size_t slots) {
    const std::lock_guard lock(asking_);
    asked_slots_ = slots;
    // relaxed: only who holds the lock changes it.
    const std::uint32_t ticket = asked_.load(std::memory_order_relaxed) + 1;
    // release pairs with the acquire in serve(): the number of slots is seen.
    asked_.store(ticket, std::memory_order_release);
    wake();
    // acquire pairs with the release in serve(): the result is seen.
    std::uint32_t seen = 0;
    while ((seen = answered_.load(std::memory_order_acquire)) != ticket) RealAtomics::sleep_while(answered_, seen);
    return packed_;
  }

 private:
  static constexpr std::size_t kPage = PageStore::kPageBytes;
  /// Writers wait while so many slots are packed: some hundred microseconds.
  static constexpr std::size_t kSlotsAtOnce = 256;
  static constexpr std::size_t kNeighbours = 64;  // A worker's batch of slots.
  static constexpr std::size_t kMostAhead = 512;
  /// What asks this thread at the first touch of a page: all stacks of a block, while some of them are packed.
  static constexpr std::size_t kSlotsOfBlock = 4096;
  /// So few of a block cost more than they save: they are brought back, and nobody asks any more.
  static constexpr std::size_t kFew = 16;
  static constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;  // Bits of /proc/self/pagemap.
  static constexpr std::uint64_t kSwapped = std::uint64_t{1} << 62;

  static File open_faults() {
    if (sysconf(_SC_PAGESIZE) != static_cast<long>(kPage))
      throw std::system_error(ENOTSUP, std::generic_category(), "pages that are not of 4 KiB");
    // Not UFFD_USER_MODE_ONLY: system calls must find what is packed as well.
    File faults(static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK)));
    if (!faults)
      throw std::system_error(errno, std::generic_category(),
                              "userfaultfd (it wants CAP_SYS_PTRACE, or vm.unprivileged_userfaultfd=1)");
    uffdio_api api{};
    api.api = UFFD_API;
    api.features = UFFD_FEATURE_PAGEFAULT_FLAG_WP;
    if (ioctl(faults.number(), UFFDIO_API, &api) != 0)
      throw std::system_error(errno, std::generic_category(), "userfaultfd with write protection");
    return faults;
  }

  void wake() {
    const std::uint64_t one = 1;
    while (write(asked_event_.number(), &one, sizeof(one)) < 0 && errno == EINTR) {
    }
  }

  // --- The thread.

  void serve() {
    Cores::use_all();  // Not where the worker that made it is pinned.
    std::uint32_t answered = 0;
    for (;;) {
      wait_for_something(/*milliseconds=*/-1);
      answer_faults();
      // relaxed: wait_for_something() has read the event.
      if (over_.load(std::memory_order_relaxed)) return;
      // acquire pairs with the release in pack().
      if (asked_.load(std::memory_order_acquire) == answered) continue;
      pack_slots(asked_slots_);
      packed_ = {store_.pages(), store_.bytes()};
      // release pairs with the acquire in pack().
      answered_.store(++answered, std::memory_order_release);
      RealAtomics::wake(answered_, 1);
    }
  }

  void wait_for_something(int milliseconds) {
    std::array<pollfd, 2> files{{{faults_.number(), POLLIN, 0}, {asked_event_.number(), POLLIN, 0}}};
    poll(files.data(), files.size(), milliseconds);
    std::uint64_t count = 0;
    while (read(asked_event_.number(), &count, sizeof(count)) < 0 && errno == EINTR) {
    }
  }

  // --- Packing.

  void pack_slots(std::size_t slots) {
    for (std::size_t first = 0; first < slots; first += kSlotsAtOnce) {
      const std::size_t count = std::min(kSlotsAtOnce, slots - first);
      if (!registered(first, count, true)) return;
      // Whoever holds it may be waiting for a page.
      while (!dropping_.try_lock()) {
        wait_for_something(/*milliseconds=*/1);
        answer_faults();
      }
      pack_some(first, count);
      dropping_.unlock();
      answer_faults();
      if ((first + count) % kSlotsOfBlock == 0 || first + count == slots) drop_if_few(first / kSlotsOfBlock);
    }
  }

  /// Nobody answers a fault meanwhile, so no page comes that is not there now.
  void pack_some(std::size_t first, std::size_t count) {
    std::byte* const begin = page_at(first, 0);
    std::byte* const end = page_at(first + count, 0);
    if (kProtects && !protect(begin, end, true)) return;
    if (read_page_states(begin, count * pages_per_slot_)) {
      std::byte* kept_until = begin;  // What lies between it and the next page that stays, is dropped.
      for (std::size_t slot = first; slot < first + count; ++slot) {
        for (std::size_t number = 1; number < pages_per_slot_; ++number) {  // 0 is the guard.
          if (!stays(slot, number, states_[(slot - first) * pages_per_slot_ + number])) continue;
          drop(kept_until, page_at(slot, number));
          kept_until = page_at(slot, number + 1);
        }
      }
      drop(kept_until, end);
    }
    // Whoever waits to write goes on: to a page that stayed, or to ask for one that is packed.
    if (kProtects) protect(begin, end, false);
  }

  /// False: it may be dropped, because it is not there, or is saved.
  bool stays(std::size_t slot, std::size_t number, std::uint64_t state) {
    if ((state & kPresent) == 0) return (state & kSwapped) != 0;
    if (!store_.save(slot, static_cast<std::uint32_t>(number), PageStore::Page(page_at(slot, number), kPage)))
      return true;
    ++packed_in_block_[slot / kSlotsOfBlock];
    return false;
  }

  static void drop(std::byte* begin, std::byte* end) {
    if (begin < end) madvise(begin, static_cast<std::size_t>(end - begin), MADV_DONTNEED);
  }

  bool read_page_states(const std::byte* begin, std::size_t pages) {
    const std::size_t bytes = pages * sizeof(std::uint64_t);
    const auto offset = static_cast<off_t>(address(begin) / kPage * sizeof(std::uint64_t));
    return pread(pagemap_.number(), states_.data(), bytes, offset) == static_cast<ssize_t>(bytes);
  }

  // --- Answering.

  void answer_faults() {
    std::array<uffd_msg, 64> messages;
    for (;;) {
      const ssize_t bytes = read(faults_.number(), messages.data(), sizeof(messages));
      if (bytes < 0 && errno == EINTR) continue;
      if (bytes <= 0) return;
      const auto count = static_cast<std::size_t>(bytes) / sizeof(uffd_msg);
      for (std::size_t i = 0; i < count; ++i)
        if (messages[i].event == UFFD_EVENT_PAGEFAULT) answer(messages[i].arg.pagefault.address, messages[i].arg.pagefault.flags);
    }
  }

  void answer(std::uint64_t touched, std::uint64_t flags) {
    const std::size_t page = (touched - address(region_.base)) / kPage;
    const std::size_t slot = page / pages_per_slot_;
    const auto number = static_cast<std::uint32_t>(page % pages_per_slot_);
    if ((flags & UFFD_PAGEFAULT_FLAG_WP) != 0) {
      // No slot is being packed, so it is not protected any more: this only wakes who waits.
      protect(page_at(slot, number), page_at(slot, number + 1), false);
      return;
    }
    if (!unpack(slot, number)) fill_with_zeros(page_at(slot, number));
    read_ahead(slot);
    drop_if_few(slot / kSlotsOfBlock);
  }

  /// Those who are woken together lie behind each other: from fault to fault twice as many come at once.
  void read_ahead(std::size_t slot) {
    const bool goes_on = slot >= last_slot_ && slot - last_slot_ <= ahead_ + kNeighbours;
    ahead_ = goes_on ? std::min(2 * ahead_ + 1, kMostAhead) : 0;
    const std::size_t end = std::min(region_.slots, slot + 1 + ahead_);
    for (last_slot_ = slot; last_slot_ + 1 < end; ++last_slot_) unpack_slot(last_slot_ + 1);
  }

  void drop_if_few(std::size_t block) {
    if (packed_in_block_[block] > kFew) return;
    const std::size_t first = block * kSlotsOfBlock;
    const std::size_t count = std::min(kSlotsOfBlock, region_.slots - first);
    for (std::size_t slot = first; slot < first + count && packed_in_block_[block] > 0; ++slot) unpack_slot(slot);
    registered(first, count, false);
  }

  void unpack_slot(std::size_t slot) {
    for (std::uint32_t number = 0; (number = store_.any_of(slot)) != PageStore::kNoPage;) unpack(slot, number);
  }

  bool unpack(std::size_t slot, std::uint32_t number) {
    if (!store_.restore(slot, number, buffer_)) return false;
    uffdio_copy copy{};
    copy.dst = address(page_at(slot, number));
    copy.src = address(buffer_.data());
    copy.len = kPage;
    // EAGAIN: the maps of the process are changing. ENOMEM: to go on without what the page held would be worse.
    while (ioctl(faults_.number(), UFFDIO_COPY, &copy) != 0 && (errno == EAGAIN || errno == ENOMEM)) copy.copy = 0;
    store_.forget(slot, number);
    --packed_in_block_[slot / kSlotsOfBlock];
    return true;
  }

  void fill_with_zeros(std::byte* page) {
    uffdio_zeropage zero{};
    zero.range = {address(page), kPage};
    int result = 0;
    while ((result = ioctl(faults_.number(), UFFDIO_ZEROPAGE, &zero)) != 0 && (errno == EAGAIN || errno == ENOMEM))
      zero.zeropage = 0;
    // It is there: another thread has asked for it, too.
    if (result != 0) ioctl(faults_.number(), UFFDIO_WAKE, &zero.range);
  }

  bool protect(std::byte* begin, std::byte* end, bool on) {
    uffdio_writeprotect change{};
    change.range = {address(begin), static_cast<std::uint64_t>(end - begin)};
    change.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0;
    int result = 0;
    while ((result = ioctl(faults_.number(), UFFDIO_WRITEPROTECT, &change)) != 0 && errno == EAGAIN) {
    }
    return result == 0;
  }

  /// While slots are registered, the first touch of any page among them asks this thread. The end of it wakes who waits.
  bool registered(std::size_t first, std::size_t count, bool on) {
    uffdio_register change{};
    change.range = {address(page_at(first, 0)), count * region_.slot_bytes};
    change.mode = UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP;
    return on ? ioctl(faults_.number(), UFFDIO_REGISTER, &change) == 0
              : ioctl(faults_.number(), UFFDIO_UNREGISTER, &change.range) == 0;
  }

  std::byte* page_at(std::size_t slot, std::size_t number) const {
    return region_.base + slot * region_.slot_bytes + number * kPage;
  }
  static std::uint64_t address(const std::byte* byte) { return reinterpret_cast<std::uintptr_t>(byte); }

  const StackRegion region_;
  const std::size_t pages_per_slot_;
  std::mutex& dropping_;
  std::mutex asking_;  // One pack() at a time; the thread never takes it.
  std::size_t asked_slots_ = 0;
  PackedStacks packed_;
  std::atomic<std::uint32_t> asked_{0};
  std::atomic<std::uint32_t> answered_{0};
  std::atomic<bool> over_{false};
  File faults_;
  File asked_event_;
  File pagemap_;

  // The thread's alone.
  PageStore store_;
  std::vector<std::uint64_t> states_;
  alignas(kPage) std::array<std::byte, kPage> buffer_;
  std::vector<std::size_t> packed_in_block_;
  std::size_t last_slot_ = 0;
  std::size_t ahead_ = 0;
  std::thread thread_;  // Last: it uses all of the above.
};

using StackPager = BasicStackPager<true>;

}  // namespace gauntlet::impls::work_stealing
