// SPDX-License-Identifier: Apache-2.0
// The parameters of a case: names and values, as they stand in file names, tables and JSON.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <stdexcept>
#include <string>

namespace gauntlet {

class Params {
 public:
  using Map = std::map<std::string, std::string>;

  Params() = default;
  Params(std::initializer_list<Map::value_type> values) : values_(values) {}

  /// Throws std::out_of_range when there is no such parameter: a bug of the workload.
  const std::string& text(const std::string& name) const { return values_.at(name); }
  std::int64_t number(const std::string& name) const { return std::stoll(text(name)); }

  const Map& values() const { return values_; }
  bool operator==(const Params&) const = default;

  /// "capacity=0,size=3", sorted by name; "" for none.
  std::string joined(char assign = '=', char between = ',') const {
    std::string text;
    for (const auto& [name, value] : values_) {
      if (!text.empty()) text += between;
      text.append(name).append(1, assign).append(value);
    }
    return text;
  }

  /// The inverse of joined(). Throws std::invalid_argument that names the culprit.
  static Params parse(const std::string& text) {
    Params params;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      const std::string pair = text.substr(begin, end - begin);
      const std::size_t equals = pair.find('=');
      if (equals == std::string::npos || equals == 0)
        throw std::invalid_argument("parameter '" + pair + "' is not name=value");
      params.values_[pair.substr(0, equals)] = pair.substr(equals + 1);
      begin = end + 1;
    }
    return params;
  }

 private:
  Map values_;
};

}  // namespace gauntlet
