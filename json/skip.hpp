#pragma once

#include <cstddef>
#include <string_view>

// How a walk over checked JSON text skips values. Never reads outside `text`, even if it is
// invalid.

namespace rota {

/// The position of the first byte at or after `at` that is not white space.
[[nodiscard]] std::size_t skip_space(std::string_view text, std::size_t at);

/// The position after the value that begins at `at`; the end of the text if the value does not end.
/// O(bytes); arrays and objects are skipped in blocks of bytes.
[[nodiscard]] std::size_t skip_value(std::string_view text, std::size_t at);

} // namespace rota
