#pragma once

#include "json/write.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace rota::bench {

/// A member with a list of numbers.
inline void write_numbers(json_writer& out, std::string_view name,
                          const std::vector<double>& values) {
  out.key(name).begin_array();
  for (const double value : values) {
    out.number(value);
  }
  out.end_array();
}

/// A member with a number, or none.
inline void write_optional(json_writer& out, std::string_view name,
                           const std::optional<double>& value) {
  if (value) {
    out.key(name).number(*value);
  }
}

} // namespace rota::bench
