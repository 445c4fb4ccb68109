#include "json/check.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <cstdint>
#include <limits>
#include <string>

using namespace rota;

namespace {

std::string number_text(double number) {
  std::string out;
  json_writer{out}.number(number);
  return out;
}

} // namespace

TEST_CASE("The writer sets commas by itself") {
  std::string out = "> ";
  json_writer writer{out};
  writer.begin_object().member("a", 1).key("b").begin_array();
  writer.begin_object().end_object().begin_array().end_array().null().boolean(true).boolean(false);
  writer.string("x").number(1.5).raw("[0.10]").unsigned_integer(18446744073709551615U);
  writer.end_array().member("c", "d").raw_member("e", "1e999").end_object();
  CHECK(out == R"(> {"a":1,"b":[{},[],null,true,false,"x",1.5,[0.10],18446744073709551615],)"
               R"("c":"d","e":1e999})");
}

TEST_CASE("The writer escapes what JSON wants escaped and nothing else") {
  CHECK(to_json_string("\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa9") ==
        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa9\"");
  CHECK(to_json_string(std::string_view("\0", 1)) == "\"\\u0000\"");
  CHECK(to_json_string("") == "\"\"");
}

TEST_CASE("The writer gives doubles in the shortest text that reads back") {
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(1) == "1");
  CHECK(number_text(-0.0) == "-0");
  CHECK(number_text(1e300) == "1e+300");
  CHECK(number_text(std::numeric_limits<double>::infinity()) == "null");
  CHECK(number_text(std::numeric_limits<double>::quiet_NaN()) == "null");
  std::string out;
  json_writer{out}.integer(std::numeric_limits<std::int64_t>::min());
  CHECK(out == "-9223372036854775808");
}

TEST_CASE("Any text comes back from a written string") {
  REQUIRE(rc::check("string round trip", [] {
    auto text = *rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::inRange<char>(0, 127), rc::gen::element('"', '\\', '\n', '/')));
    const std::string json = to_json_string(text);
    RC_ASSERT(!check_json(json));
    RC_ASSERT(json_value{json}.as_string() == text);
  }));
}

TEST_CASE("Any double comes back from its text") {
  REQUIRE(rc::check("double round trip", [](double number) {
    const std::string json = number_text(number);
    RC_ASSERT(!check_json(json));
    RC_ASSERT(json_value{json}.as_double() == number);
  }));
}

TEST_CASE("A member name becomes a token of a JSON pointer") {
  CHECK(escape_pointer_token("a/b~c") == "a~1b~0c");
}
