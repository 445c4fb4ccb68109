#include "cmd/rota/console/quoting.hpp"

namespace rota::client {

namespace {

struct scanned_line {
  std::vector<std::string> words;
  std::size_t last_begin = 0;
  bool in_word = false; // The last word is unfinished.
  std::string error;
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

scanned_line scan(std::string_view line) {
  scanned_line out;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == 0 && is_blank(c)) {
      out.in_word = false;
      continue;
    }
    if (!out.in_word) {
      if (c == '#')
        return out;
      out.words.emplace_back();
      out.last_begin = i;
      out.in_word = true;
    }
    if (c == '\\' && quote != '\'') {
      if (++i == line.size())
        out.error = "ends with a backslash";
      else
        out.words.back() += line[i];
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else {
      out.words.back() += c;
    }
  }
  if (quote != 0)
    out.error = "has an unterminated quote";
  return out;
}

} // namespace

boost::system::result<std::vector<std::string>, std::string> split_words(std::string_view line) {
  auto scanned = scan(line);
  if (!scanned.error.empty())
    return std::move(scanned.error);
  return std::move(scanned.words);
}

unfinished_words split_unfinished(std::string_view line) {
  auto scanned = scan(line);
  unfinished_words typed{std::move(scanned.words), {}, line.size()};
  if (scanned.in_word) {
    typed.last = std::move(typed.before.back());
    typed.before.pop_back();
    typed.last_begin = scanned.last_begin;
  }
  return typed;
}

std::string quote_word(std::string_view word) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-_.,:;/@%+=~^";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos)
    return std::string{word};
  std::string out{'"'};
  for (const char c : word) {
    if (c == '"' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + '"';
}

} // namespace rota::client
