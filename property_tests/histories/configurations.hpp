// SPDX-License-Identifier: Apache-2.0
// The configurations that a search has seen: which operations were requested, and the state they
// led to.
//
// Two orders that meet in one configuration have one future, so the second is not followed. Kept in
// full, not as hashes: a collision would make a good history look broken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "property_tests/histories/model.hpp"

namespace gauntlet::histories {

class Configurations {
 public:
  explicit Configurations(std::size_t slots) : words_(slots / kBits + 1, 0) {}

  void set(int slot, bool requested) {
    const auto place = static_cast<std::size_t>(slot);
    const std::uint64_t bit = std::uint64_t{1} << (place % kBits);
    if (requested)
      words_[place / kBits] |= bit;
    else
      words_[place / kBits] &= ~bit;
    // Time runs on: all words below `low_` are full and all from `high_` on are empty, so a key is
    // as long as the operations that overlap, not as the history.
    if (place / kBits >= high_) high_ = place / kBits + 1;
    if (place / kBits < low_) low_ = place / kBits;
    while (low_ < words_.size() && words_[low_] == ~std::uint64_t{0}) ++low_;
    while (high_ > 0 && words_[high_ - 1] == 0) --high_;
  }

  /// The requested ones and `state`; false if that was here before.
  bool insert(const State& state) {
    key_.clear();
    put(low_);
    for (std::size_t word = low_; word < high_; ++word) put(words_[word]);
    for (const ChannelState& channel : state) {
      put(static_cast<std::uint32_t>(channel.closed));
      put(static_cast<std::uint32_t>(channel.buffer.size()));
      for (const int value : channel.buffer) put(value);
      put(channel.senders);
      put(channel.receivers);
    }
    const bool is_new = keys_.insert(key_).second;
    if (is_new) bytes_ += key_.size() + kBytesOfNode;
    return is_new;
  }

  std::size_t size() const { return keys_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kBits = 64;
  static constexpr std::size_t kBytesOfNode = 64;  // About: string, hash, pointer, bucket.

  template <class Number>
    requires std::is_integral_v<Number>
  void put(Number number) {
    key_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  void put(const std::vector<Waiting>& queue) {
    put(static_cast<std::uint32_t>(queue.size()));
    for (const Waiting& one : queue) {
      put(one.operation);
      put(one.which);
    }
  }

  std::vector<std::uint64_t> words_;  // One bit per operation of the window.
  std::size_t low_ = 0;
  std::size_t high_ = 0;
  std::string key_;  // Scratch of insert().
  std::unordered_set<std::string> keys_;
  std::size_t bytes_ = 0;
};

}  // namespace gauntlet::histories
