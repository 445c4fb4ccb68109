// Splits a command line as a shell does, and quotes words for it.
#pragma once
#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

// Quotes keep words together. Text in '...' is literal; in "..." and outside of quotes, \ makes the
// next character literal. A word that begins with # starts a comment.

/// Returns the words of a line, or an error text that completes a sentence: "has an unterminated
/// quote".
[[nodiscard]] boost::system::result<std::vector<std::string>, std::string>
split_words(std::string_view line);

/// The words of an unfinished line: those before the last one, and the last one, which may be empty
/// or have an open quote.
struct unfinished_words {
  std::vector<std::string> before;
  std::string last;
  std::size_t last_begin = 0; ///< Its position in the line.
};
[[nodiscard]] unfinished_words split_unfinished(std::string_view line);

/// Returns the word quoted for use in a line.
[[nodiscard]] std::string quote_word(std::string_view word);

} // namespace rota::client
