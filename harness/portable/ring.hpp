// SPDX-License-Identifier: Apache-2.0
// A fixed ring of values: the buffer of a channel. Any capacity; move-only types; nothing constructed early.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace gauntlet {

/// How full a ring is, whatever it holds.
class RingRoom {
 public:
  explicit RingRoom(std::size_t capacity) : capacity_(capacity) {}
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == capacity_; }

 protected:
  std::size_t capacity_;
  std::size_t size_ = 0;
};

template <class T>
class Ring : public RingRoom {
 public:
  explicit Ring(std::size_t capacity)
      : RingRoom(capacity),
        slots_(capacity > 0 ? std::allocator<T>().allocate(capacity) : nullptr) {}
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() {
    while (size_ > 0) pop();
    if (slots_ != nullptr) std::allocator<T>().deallocate(slots_, capacity_);
  }

  /// Where the next push() puts a value, and the next pop() takes one. Precondition: capacity > 0.
  const void* next_in() const { return slots_ + tail_; }
  const void* next_out() const { return slots_ + head_; }

  /// A value went past the empty buffer: its slot counts as used. Precondition: empty, capacity > 0.
  void skip() { head_ = tail_ = following(tail_); }

  /// Precondition: not full.
  void push(T&& value) {
    std::construct_at(slots_ + tail_, std::move(value));
    tail_ = following(tail_);
    ++size_;
  }

  /// Precondition: not empty.
  T pop() {
    T* slot = slots_ + head_;
    T value = std::move(*slot);
    std::destroy_at(slot);
    head_ = following(head_);
    --size_;
    return value;
  }

 private:
  std::size_t following(std::size_t index) const { return index + 1 == capacity_ ? 0 : index + 1; }

  T* slots_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace gauntlet
