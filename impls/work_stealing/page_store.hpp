// SPDX-License-Identifier: Apache-2.0
// What pages of stacks held, as their lines that are not all zero. A goroutine that waits has used a few hundred bytes
// of its page; the rest has never been written.
//
// It allocates by mmap() only, and takes no lock: its one user works while other threads are stopped in the middle of
// anything, malloc() included (stack_pager.hpp).
#pragma once

#include <sys/mman.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>

namespace gauntlet::impls::work_stealing {

/// One thread at a time.
class PageStore {
 public:
  static constexpr std::size_t kPageBytes = 4096;
  using Page = std::span<const std::byte, kPageBytes>;
  using PageToFill = std::span<std::byte, kPageBytes>;

  /// For pages of so many slots. Reserves address space; throws std::bad_alloc.
  explicit PageStore(std::size_t slots)
      : slots_(slots),
        first_of_slot_(static_cast<Index*>(reserve(slots * sizeof(Index)))),
        units_(static_cast<Unit*>(reserve(kMostUnits * sizeof(Unit)))) {}
  PageStore(const PageStore&) = delete;
  PageStore& operator=(const PageStore&) = delete;
  ~PageStore() {
    munmap(first_of_slot_, slots_ * sizeof(Index));
    munmap(units_, kMostUnits * sizeof(Unit));
  }

  /// Keeps what page number `number` of `slot` holds. False: it is so full that nothing would be won, or the store is.
  /// Precondition: it does not hold that page.
  bool save(std::size_t slot, std::uint32_t number, Page page) {
    const std::uint64_t lines = lines_in_use(page);
    const auto count = static_cast<std::uint32_t>(std::popcount(lines));
    if (count > kMostLines) return false;
    const Index index = take(count);
    if (index == kNone) return false;
    auto* header = ::new (static_cast<void*>(units_ + index)) Header{lines, first_of_slot_[slot], number};
    std::byte* to = reinterpret_cast<std::byte*>(header + 1);
    for (std::uint64_t left = lines; left != 0; left &= left - 1, to += kLineBytes)
      std::memcpy(to, page.data() + first_line(left), kLineBytes);
    first_of_slot_[slot] = index;
    ++pages_;
    bytes_ += bytes_of(count);
    return true;
  }

  /// Writes what save() was given. False: it was not, and nothing is written.
  bool restore(std::size_t slot, std::uint32_t number, PageToFill page) const {
    const Index index = find(slot, number);
    if (index == kNone) return false;
    std::memset(page.data(), 0, kPageBytes);
    const auto* from = reinterpret_cast<const std::byte*>(&header(index) + 1);
    for (std::uint64_t left = header(index).lines; left != 0; left &= left - 1, from += kLineBytes)
      std::memcpy(page.data() + first_line(left), from, kLineBytes);
    return true;
  }

  /// Precondition: it holds that page.
  void forget(std::size_t slot, std::uint32_t number) {
    Index* link = &first_of_slot_[slot];
    while (header(*link).number != number) link = &header(*link).next;
    const Index index = *link;
    *link = header(index).next;
    give(index, static_cast<std::uint32_t>(std::popcount(header(index).lines)));
  }

  /// Number of any page of `slot` that it holds; kNoPage when it holds none.
  static constexpr std::uint32_t kNoPage = ~std::uint32_t{0};
  std::uint32_t any_of(std::size_t slot) const {
    const Index index = first_of_slot_[slot];
    return index == kNone ? kNoPage : header(index).number;
  }

  std::size_t pages() const { return pages_; }
  /// Resident bytes that these pages take.
  std::size_t bytes() const { return bytes_; }

 private:
  using Index = std::uint32_t;  // Of a unit: 64 GiB can be named.
  struct alignas(16) Unit {
    std::array<std::byte, 16> bytes;
  };
  struct alignas(16) Header {
    std::uint64_t lines;  ///< A bit for each line of the page that follows the header.
    Index next;           ///< Another page of the slot, or another free block.
    std::uint32_t number;
  };
  static_assert(sizeof(Header) == sizeof(Unit));

  static constexpr Index kNone = 0;
  static constexpr std::size_t kLineBytes = kPageBytes / 64;
  static constexpr std::uint32_t kMostLines = 48;  // A quarter of a page is worth a system call or two.
  static constexpr std::size_t kMostUnits = std::size_t{1} << 32;

  static void* reserve(std::size_t bytes) {
    void* mapping =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED) throw std::bad_alloc();
    return mapping;
  }

  static std::uint64_t lines_in_use(Page page) {
    std::uint64_t lines = 0;
    for (std::size_t line = 0; line < 64; ++line) {
      std::array<std::uint64_t, kLineBytes / 8> words;
      std::memcpy(words.data(), page.data() + line * kLineBytes, kLineBytes);
      std::uint64_t any = 0;
      for (const std::uint64_t word : words) any |= word;
      lines |= std::uint64_t{any != 0} << line;
    }
    return lines;
  }

  static std::size_t first_line(std::uint64_t lines) {
    return static_cast<std::size_t>(std::countr_zero(lines)) * kLineBytes;
  }
  static std::uint32_t units_of(std::uint32_t lines) {
    return 1 + lines * static_cast<std::uint32_t>(kLineBytes / sizeof(Unit));
  }
  static std::size_t bytes_of(std::uint32_t lines) { return units_of(lines) * sizeof(Unit); }

  Index find(std::size_t slot, std::uint32_t number) const {
    Index index = first_of_slot_[slot];
    while (index != kNone && header(index).number != number) index = header(index).next;
    return index;
  }

  Header& header(Index index) { return *std::launder(reinterpret_cast<Header*>(units_ + index)); }
  const Header& header(Index index) const { return *std::launder(reinterpret_cast<const Header*>(units_ + index)); }

  Index take(std::uint32_t lines) {
    if (const Index free = free_[lines]; free != kNone) {
      free_[lines] = header(free).next;
      return free;
    }
    if (kMostUnits - used_units_ < units_of(lines)) return kNone;
    const auto index = static_cast<Index>(used_units_);
    used_units_ += units_of(lines);
    return index;
  }

  void give(Index index, std::uint32_t lines) {
    header(index).next = free_[lines];
    free_[lines] = index;
    --pages_;
    bytes_ -= bytes_of(lines);
    if (pages_ > 0) return;
    // Holes of all sizes have become one.
    madvise(units_, used_units_ * sizeof(Unit), MADV_DONTNEED);
    free_.fill(kNone);
    used_units_ = 1;
  }

  std::size_t slots_;
  Index* first_of_slot_;
  Unit* units_;
  std::size_t used_units_ = 1;  // Unit 0 is none.
  std::array<Index, kMostLines + 1> free_{};  // By lines in use.
  std::size_t pages_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace gauntlet::impls::work_stealing
