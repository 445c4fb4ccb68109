#pragma once

#include "json/slice.hpp"
#include "json/write.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// Writes the member if it was given.
void write_optional(json_writer& params, std::string_view name,
                    const std::optional<std::string>& text);
void write_optional(json_writer& params, std::string_view name,
                    const std::optional<std::int64_t>& number);
void write_optional(json_writer& params, std::string_view name,
                    const std::optional<double>& number);
void write_texts(json_writer& params, std::string_view name, const std::vector<std::string>& texts);

/// Returns an array member of a result; empty if it is absent.
[[nodiscard]] json_array array_in(json_value result, std::string_view name);

} // namespace rota::client
