#include "cmd/rota/console/quoting.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace rota::client;

namespace {

std::vector<std::string> words(std::string_view line) {
  const auto split = split_words(line);
  REQUIRE(split.has_value());
  return *split;
}

std::string error_of(std::string_view line) { return split_words(line).error(); }

} // namespace

TEST_CASE("A line of the console is split into words, and quotes keep them together") {
  using texts = std::vector<std::string>;
  CHECK(words("").empty());
  CHECK(words("  \t ").empty());
  CHECK(words("queues --tenant acme") == texts{"queues", "--tenant", "acme"});
  CHECK(words("types put t '{\"lease_ms\": 5}'") ==
        texts{"types", "put", "t", "{\"lease_ms\": 5}"});
  CHECK(words(R"(a "b \" c" d\ e)") == texts{"a", "b \" c", "d e"});
  CHECK(words("a '' b") == texts{"a", "", "b"});
  CHECK(words("x'y'z") == texts{"xyz"});
  CHECK(words("jobs # all of them") == texts{"jobs"});
  CHECK(words("a#b") == texts{"a#b"});
}

TEST_CASE("An unfinished quote or escape in a line of the console is an error") {
  CHECK(error_of("say 'it") == "has an unterminated quote");
  CHECK(error_of("say \"it") == "has an unterminated quote");
  CHECK(error_of("say \\") == "ends with a backslash");
}

TEST_CASE("A word that is quoted for the console is read back unchanged") {
  for (const std::string word :
       {"acme", "", "a b", "it's", "\"", "\\", "#1", "ü\t€", "{\"a\":[1]}"}) {
    INFO(word);
    CHECK(words(quote_word(word)) == std::vector<std::string>{word});
  }
}

TEST_CASE("The last word of an unfinished line is the one at the cursor") {
  const auto typed = split_unfinished("jobs --tenant 'ac me");
  CHECK(typed.before == std::vector<std::string>{"jobs", "--tenant"});
  CHECK(typed.last == "ac me");
  CHECK(typed.last_begin == 14);
  CHECK(split_unfinished("jobs ").last.empty());
  CHECK(split_unfinished("jobs ").before.size() == 1);
  CHECK(split_unfinished("jobs ").last_begin == 5);
}
