#pragma once

#include "json/slice.hpp"
#include "json/write.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// Writes the members that were given.
void write_optional(json_writer& params, std::string_view name,
                    const std::optional<std::string>& text);
void write_optional(json_writer& params, std::string_view name,
                    const std::optional<std::int64_t>& number);
void write_optional(json_writer& params, std::string_view name,
                    const std::optional<double>& number);
void write_texts(json_writer& params, std::string_view name, const std::vector<std::string>& texts);

/// An array member of a result; empty when it isn't there.
[[nodiscard]] json_array array_in(json_value result, std::string_view name);

} // namespace rota::client
