#pragma once

#include "json/slice.hpp"
#include "json/text.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace rota::client {

/// Returns valid UTF-8 without control characters, for one line on a terminal.
[[nodiscard]] std::string visible(std::string_view text);
/// Formats a value for people: strings unescaped and visible, null as -, others as received.
[[nodiscard]] std::string display(json_value value);

/// The number of terminal columns of `text`, counting each character as one.
[[nodiscard]] std::size_t width(std::string_view text);
/// Returns `text` in at most `columns` columns, ending in … if it was truncated.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t columns);

/// Returns 1234567.4 as "1,234,567".
[[nodiscard]] std::string with_commas(double number);

/// Decodes base64; characters outside its alphabet are skipped.
[[nodiscard]] std::string from_base64(std::string_view text);

} // namespace rota::client
