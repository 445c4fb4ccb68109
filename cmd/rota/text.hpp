#pragma once

#include "json/slice.hpp"
#include "json/text.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace rota::client {

/// Valid UTF-8 with control characters made harmless, for one line on a terminal.
[[nodiscard]] std::string visible(std::string_view text);
/// A value for people: strings unescaped and visible, null as -, the rest as it came.
[[nodiscard]] std::string display(json_value value);

/// The columns that `text` takes on a terminal, counting each character as one.
[[nodiscard]] std::size_t width(std::string_view text);
/// `text` in at most `columns` columns, with … at the end when something was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t columns);

/// 1234567.4 as "1,234,567".
[[nodiscard]] std::string with_commas(double number);

/// The bytes that base64 stands for; what isn't base64 is left out.
[[nodiscard]] std::string from_base64(std::string_view text);

} // namespace rota::client
