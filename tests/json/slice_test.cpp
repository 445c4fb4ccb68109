#include "json/check.hpp"
#include "json/slice.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace rota;

namespace {

std::vector<std::string> elements(std::string_view text) {
  std::vector<std::string> found;
  for (const json_value value : json_value{text}.as_array())
    found.emplace_back(value.raw());
  return found;
}

std::string member(std::string_view text, std::string_view name) {
  const auto value = json_value{text}.as_object().find(name);
  return value ? std::string(value->raw()) : "none";
}

std::string pointed(std::string_view text, std::string_view pointer) {
  const auto value = at_pointer(json_value{text}, pointer);
  return value ? std::string(value->raw()) : "none";
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("A value has a kind") {
  CHECK(json_value{}.is_null());
  CHECK(json_value{" null "}.is_null());
  CHECK(json_value{"true"}.is_bool());
  CHECK(json_value{"-1"}.is_number());
  CHECK(json_value{"\"\""}.is_string());
  CHECK(json_value{"\n[ ]"}.is_array());
  CHECK(json_value{"{}"}.is_object());
}

TEST_CASE("The text of a value comes back byte for byte") {
  for (const std::string text :
       {"0.1", "1e999", "-0", "12345678901234567890", "1.0E+02", "\"\\u0061\\/\"",
        "{ \"b\" : 1,\t\"a\" :[ 1 ,2 ] }", "[ [ ] , { } ]", "\"\xc3\xa9\""}) {
    INFO(text);
    CHECK(member("{\"x\":0, \"payload\" : \t" + text + " , \"y\":1}", "payload") == text);
    CHECK(elements("[ " + text + "\n, " + text + "]") == texts{text, text});
  }
}

TEST_CASE("Integers are exact or none") {
  const auto integer = [](std::string_view text) { return json_value{text}.as_int64(); };
  CHECK(integer("0") == 0);
  CHECK(integer("-0") == 0);
  CHECK(integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK(integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  for (const auto text :
       {"9223372036854775808", "1.0", "1e3", "1E0", "\"1\"", "true", "null", "[]", "{}"}) {
    INFO(text);
    CHECK_FALSE(integer(text));
  }
}

TEST_CASE("Doubles are finite or none") {
  const auto number = [](std::string_view text) { return json_value{text}.as_double(); };
  CHECK(number("0.1") == 0.1);
  CHECK(number("1e3") == 1000.0);
  CHECK(std::signbit(*number("-0")));
  CHECK(number("12345678901234567890") == 12345678901234567890.0);
  CHECK_FALSE(number("1e999"));
  CHECK_FALSE(number("-1e999"));
  CHECK_FALSE(number("null"));
  CHECK_FALSE(number("\"1\""));
}

TEST_CASE("Truth values are read") {
  CHECK(json_value{"true"}.as_bool() == true);
  CHECK(json_value{"false"}.as_bool() == false);
  CHECK_FALSE(json_value{"null"}.as_bool());
  CHECK_FALSE(json_value{"1"}.as_bool());
}

TEST_CASE("Strings are unescaped") {
  const auto text = [](std::string_view json) { return json_value{json}.as_string(); };
  CHECK(text(R"("")").empty());
  CHECK(text(R"("plain")") == "plain");
  CHECK(text(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(text(R"("\u0041\u00e9\u20AC\ud83D\uDe00!")") == "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!");
  CHECK(text(R"("a\u0000b")") == std::string("a\0b", 3));
  CHECK(text("17").empty());
  CHECK(text("{}").empty());
  std::string scratch;
  const std::string plain = "\"in place\"";
  CHECK(json_value{plain}.as_string(scratch).data() == plain.data() + 1);
  CHECK(json_value{R"("a\nb")"}.as_string(scratch) == "a\nb");
}

TEST_CASE("Arrays are walked in order") {
  CHECK(elements("[]").empty());
  CHECK(elements(" [ \n ] ").empty());
  CHECK(elements("[1,[2,[3]],{\"a\":[4]},\"],\\\"[\"]") ==
        texts{"1", "[2,[3]]", "{\"a\":[4]}", "\"],\\\"[\""});
  CHECK(json_value{"{\"a\":1}"}.as_array().empty());
}

TEST_CASE("Objects are walked in order with unescaped names") {
  const std::string text = R"({ "a":1 , "\u0062\n" : {"x":[]}, "":"v" })";
  texts names;
  texts values;
  for (const auto& [name, value] : json_value{text}.as_object()) {
    names.emplace_back(name);
    values.emplace_back(value.raw());
  }
  CHECK(names == texts{"a", "b\n", ""});
  CHECK(values == texts{"1", R"({"x":[]})", "\"v\""});
  CHECK(json_value{"{ }"}.as_object().empty());
  CHECK(json_value{"[1]"}.as_object().empty());
  CHECK(member(text, "b") == "none");
}

TEST_CASE("Containers of every length and alignment are skipped whole") {
  for (std::size_t length = 0; length < 200; ++length) {
    const std::string filler(length, 'x');
    const texts values{"{\"a\":\"" + filler + "\"}",
                       "[\"" + filler + "}]\\\\\",{\"b\":[\"\\\"" + filler + "\"]}]",
                       "{\"" + filler + "\":{\"" + filler + "\\\\\\\"{\":[[],[{}]]}}",
                       "\"" + filler + "\\\\\"", "\"\\\"" + filler + "\\\\\\\"\""};
    for (const auto& value : values) {
      REQUIRE_FALSE(check_json(value));
      const std::string text = "[" + value + "," + value + " ]";
      REQUIRE(elements(text) == texts{value, value});
    }
  }
}

TEST_CASE("Long runs of backslashes end a string where they should") {
  for (std::size_t pairs = 0; pairs < 140; ++pairs) {
    const std::string run(2 * pairs, '\\');
    const std::string closed = "{\"a\":\"" + run + "\"}";
    const std::string open = "{\"a\":\"" + run + "\\\"]}{\"}";
    REQUIRE(elements("[" + closed + "," + open + "]") == texts{closed, open});
    REQUIRE(member(open, "a") == "\"" + run + "\\\"]}{\"");
  }
}

TEST_CASE("JSON pointers lead where RFC 6901 has them") {
  const std::string text =
      R"({"foo":["bar","baz"],"":0,"a/b":1,"m~n":8,"k\"l":6," ":7,"~1":9,"o":{"p":[{"q":2}]}})";
  CHECK(pointed(text, "") == text);
  CHECK(pointed(text, "/foo") == R"(["bar","baz"])");
  CHECK(pointed(text, "/foo/0") == "\"bar\"");
  CHECK(pointed(text, "/") == "0");
  CHECK(pointed(text, "/a~1b") == "1");
  CHECK(pointed(text, "/m~0n") == "8");
  CHECK(pointed(text, "/k\"l") == "6");
  CHECK(pointed(text, "/ ") == "7");
  CHECK(pointed(text, "/~01") == "9");
  CHECK(pointed(text, "/o/p/0/q") == "2");
  for (const auto pointer : {"foo", "/foo/2", "/foo/-", "/foo/01", "/foo/+1", "/foo/", "/foo/0/x",
                             "/none", "/o/q", "/m~n", "/m~2n", "/foo/99999999999999999999"}) {
    INFO(pointer);
    CHECK(pointed(text, pointer) == "none");
  }
}

TEST_CASE("Text that was never checked is walked without leaving it") {
  for (const std::string text :
       {"", "{", "[", "\"", "{\"", "{\"a", "{\"a\"", "{\"a\":", "[1", "[1,", "[\"\\", "{:}", "[,]",
        "}", "]", "\"\\u12", "[\"\\ud800\"]", "\\"}) {
    std::size_t count = 0;
    std::string scratch;
    const json_value value{text};
    for (const auto& [name, inner] : value.as_object())
      count += name.size() + inner.raw().size();
    for (const json_value inner : value.as_array())
      count += inner.as_string().size();
    count += value.as_string(scratch).size();
    CHECK(count <= 16);
  }
}
