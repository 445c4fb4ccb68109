#include "json/check.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

bool accepted(std::string_view text) { return !check_json(text).has_value(); }

json_error error_of(std::string_view text) {
  const auto error = check_json(text);
  REQUIRE(error);
  return *error;
}

} // namespace

TEST_CASE("The checker accepts every kind of JSON text") {
  for (const char* text : {"null",
                           "true",
                           "false",
                           "0",
                           "-0",
                           "12345678901234567890",
                           "1e999",
                           "-1E-999",
                           "0.1",
                           "1.0E+2",
                           "\"\"",
                           "\"a\\u0000b\"",
                           "\"\\ud83d\\ude00\"",
                           "\"\xf0\x9f\x98\x80\"",
                           "[]",
                           "{}",
                           " [1 , 2 ]\t",
                           "{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}}",
                           "\"\x7f\"",
                           "{\"\":1}",
                           "\r\n1\n"}) {
    INFO(text);
    CHECK(accepted(text));
  }
  CHECK(accepted("123456789012345678901234567890123456789012345678901234567890.5e-3"));
}

TEST_CASE("The checker refuses what the grammar does not have") {
  for (const char* text : {"",
                           " ",
                           "nul",
                           "nulll",
                           "True",
                           "NaN",
                           "Infinity",
                           "-Infinity",
                           "+1",
                           "01",
                           "1.",
                           ".5",
                           "1e",
                           "1e+",
                           "-",
                           "0x10",
                           "'a'",
                           "\"a",
                           "\"\\x\"",
                           "\"\\u12g4\"",
                           "\"\t\"",
                           "\"\n\"",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "[",
                           "]",
                           "{",
                           "}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{1:1}",
                           "{\"a\" 1}",
                           "[1]]",
                           "1 2",
                           "{} x",
                           "/* c */ 1",
                           "1 // c",
                           "[1}",
                           "{\"a\":1]",
                           "\xef\xbb\xbf{}",
                           "\v1",
                           "1,"}) {
    INFO(text);
    CHECK_FALSE(accepted(text));
  }
  CHECK_FALSE(accepted(std::string("1\0", 2)));
}

TEST_CASE("The checker refuses every truncation of a text") {
  const std::string text = R"({"a":[1.5e3,true,null,"x\u00e9\n"],"b":{"c":false}})";
  REQUIRE(accepted(text));
  for (std::size_t length = 0; length < text.size(); ++length) {
    INFO(length);
    CHECK(error_of(text.substr(0, length)).kind == json_error_kind::syntax);
  }
}

TEST_CASE("The checker refuses invalid UTF-8 and half surrogate pairs") {
  for (const std::string text :
       {"\x80", "\xff", "\xc0\xaf", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xf0\x82\x82\xac", "\xf5\x80\x80\x80", "\\ud800", "\\udc00", "\\ud800x", "\\ud800\\u0041",
        "\\ud800\\n"}) {
    INFO(text);
    CHECK_FALSE(accepted('"' + text + '"'));
    CHECK_FALSE(accepted("{\"" + text + "\":1}"));
  }
}

TEST_CASE("The checker reports where a text stops being JSON") {
  const json_error error = error_of(R"({"a":1,"b":tru})");
  CHECK(error.kind == json_error_kind::syntax);
  CHECK(error.offset == 11);
  CHECK(error_of("[1] 2").offset == 4);
}

TEST_CASE("The checker holds its limit on depth at the limit and one above") {
  CHECK_FALSE(check_json(nested(64)));
  const auto error = check_json(nested(65));
  REQUIRE(error);
  CHECK(error->kind == json_error_kind::depth);
  CHECK_FALSE(check_json(nested(3), {3}));
  CHECK(check_json(nested(4), {3})->kind == json_error_kind::depth);
}

TEST_CASE("A hundred thousand levels are refused without harm") {
  CHECK(error_of(std::string(100'000, '[')).kind == json_error_kind::depth);
  std::string objects;
  for (int i = 0; i < 100'000; ++i)
    objects += "{\"a\":";
  CHECK(error_of(objects).kind == json_error_kind::depth);
}

TEST_CASE("A name that is twice in an object is refused with its place") {
  const json_error error = error_of(R"({"a":1,"b":[0,{"x":1,"y":2,"x":3}]})");
  CHECK(error.kind == json_error_kind::duplicate);
  CHECK(error.path == "/b/1/x");
  CHECK(error.offset == 31);
}

TEST_CASE("Names are compared unescaped") {
  CHECK(error_of(R"({"a":1,"\u0061":2})").path == "/a");
  CHECK(error_of(R"({"\u0061":1,"a":2})").path == "/a");
  CHECK(error_of(R"({"a\/~b":1,"a/\u007eb":2})").path == "/a~1~0b");
  CHECK(error_of("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}").kind ==
        json_error_kind::duplicate);
  CHECK(accepted(R"({"a":1,"A":2,"\\u0061":3,"":4," ":5})"));
}

TEST_CASE("The same name in different objects is no duplicate") {
  CHECK(accepted(R"({"a":{"a":{"a":1}},"b":{"a":[{"a":1},{"a":1}]}})"));
}

TEST_CASE("Duplicates are found in objects of every size") {
  for (const int size : {2, 15, 16, 17, 18, 100, 5000}) {
    std::string members;
    for (int i = 0; i < size; ++i)
      members += "\"name" + std::to_string(i) + "\":{\"z\":0},";
    INFO(size);
    CHECK(accepted("{" + members + "\"last\":1}"));
    CHECK(error_of("{" + members + "\"name0\":1}").path == "/name0");
    CHECK(error_of("{" + members + "\"n\\u0061me1\":1}").path == "/name1");
  }
}

TEST_CASE("A syntax error after a duplicate is what is reported") {
  CHECK(error_of(R"({"a":1,"a":2)").kind == json_error_kind::syntax);
}

TEST_CASE("A checker can be used again after any outcome") {
  json_checker checker;
  for (int round = 0; round < 3; ++round) {
    CHECK_FALSE(checker.check(R"({"a\n":[1,2],"b":{"\u0061":1}})"));
    CHECK(checker.check(R"({"a":1,"a":2})")->kind == json_error_kind::duplicate);
    CHECK(checker.check(R"({"a":{"b":)")->kind == json_error_kind::syntax);
    CHECK(checker.check(nested(1000))->kind == json_error_kind::depth);
  }
}
