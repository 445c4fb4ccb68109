// A command line taken apart as a shell does it.
#pragma once
#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

// Quotes keep words together ('...' as they are; in "..." and outside of quotes \ takes the next
// character as it is); a word that begins with # begins a comment.

/// The words of a line; or the end of a sentence that says what is wrong with it: "has a quote that
/// isn't closed".
[[nodiscard]] boost::system::result<std::vector<std::string>, std::string>
split_words(std::string_view line);

/// A line that is still being typed: the words before the last one, and the last one, which may be
/// empty or have an open quote.
struct typed_words {
  std::vector<std::string> before;
  std::string last;
  std::size_t last_begin = 0; ///< Where it begins in the line.
};
[[nodiscard]] typed_words typed_so_far(std::string_view line);

/// The word as it must stand in a line.
[[nodiscard]] std::string as_word(std::string_view word);

} // namespace rota::client
