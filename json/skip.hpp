#pragma once

#include <cstddef>
#include <string_view>

// How a walk over checked JSON text gets past what it doesn't look at. Nothing outside `text` is
// read, whatever it holds.

namespace rota {

/// The first place from `at` on that isn't white space.
[[nodiscard]] std::size_t skip_space(std::string_view text, std::size_t at);

/// The place after the value that begins at `at`; the end of the text when the value doesn't end.
/// O(bytes), arrays and objects some bytes at a time.
[[nodiscard]] std::size_t skip_value(std::string_view text, std::size_t at);

} // namespace rota
