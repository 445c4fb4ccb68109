#include "cmd/rota/push.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>

using namespace rota;
using namespace rota::client;

TEST_CASE("A table aligns its columns, numbers to the right") {
  table rows{{"NAME", "N", "NOTE"}};
  rows.add({"é", "5", "x"});
  rows.add({"longer", "-", "y"});
  rows.add({"b", "1000", ""});
  CHECK(rows.text() == "NAME       N  NOTE\n"
                       "é          5  x\n"
                       "longer     -  y\n"
                       "b       1000  \n");
}

TEST_CASE("A table is shortened to fit the terminal, its widest columns first") {
  table rows{{"ID", "TEXT"}};
  rows.add({"12345678", std::string(40, 'x')});
  CHECK(rows.text(20) == "      ID  TEXT\n12345678  xxxxxxxxx…\n");
}

TEST_CASE("A table of objects shows absent members as a dash") {
  const std::array<column, 3> columns{{{"A", "/a"}, {"B", "/b/c"}, {"D", "/d"}}};
  const json_value rows{R"([{"a":"x\ty","b":{"c":1.50},"d":null},{"a":[1, 2]}])"};
  CHECK(table_of(rows.as_array(), columns).text() == "A          B  D\n"
                                                     "x y     1.50  -\n"
                                                     "[1, 2]     -  -\n");
}

TEST_CASE("Numbers of a rounded column have two decimal places") {
  const json_value rows{R"([{"gap":2.0000038146972656,"bound":null},{"gap":3}])"};
  const std::array columns{column{"GAP", "/gap", true}, column{"BOUND", "/bound", true}};
  CHECK(table_of(rows.as_array(), columns).text() == " GAP  BOUND\n"
                                                     "2.00  -\n"
                                                     "3.00  -\n");
}

TEST_CASE("An object's members are flattened, without the arrays of objects in it") {
  const auto rows = flat_members(json_value{R"({"a":{"b":1,"c":{}},"d":[{"e":1}],"f":[1]})"});
  CHECK(rows == std::vector<std::vector<std::string>>{{"a.b", "1"}, {"a.c", "{}"}, {"f", "[1]"}});
}

TEST_CASE("Any text becomes valid UTF-8") {
  CHECK(valid_utf8("a\xc3\xa9\xf0\x9f\x98\x80") == "a\xc3\xa9\xf0\x9f\x98\x80");
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(valid_utf8("\xff"
                   "a\xc3") == bad + "a" + bad);
  CHECK(valid_utf8("\xed\xa0\x80") == bad + bad + bad);
  CHECK(valid_utf8("\xc0\xaf") == bad + bad);
  CHECK(visible("a\n\x1b[31mb") == "a  [31mb");
}

TEST_CASE("Text is truncated between characters and lines") {
  CHECK(head("aé", 2) == "a");
  CHECK(head("aé", 3) == "aé");
  CHECK(tail("one\ntwo\nthree", 8) == "three");
  CHECK(tail("one\ntwo\nthree", 10) == "two\nthree");
  CHECK(tail("one\ntwo\nthree", 9) == "three");
  CHECK(tail("éa", 2) == "a");
  CHECK(shortened("éééé", 3) == "éé…");
  CHECK(trimmed(" \n a b\t") == "a b");
}

TEST_CASE("Base64 is decoded") {
  CHECK(from_base64("") == "");
  CHECK(from_base64("YQ==") == "a");
  CHECK(from_base64("YWI=") == "ab");
  CHECK(from_base64("AP+A") == std::string("\0\xff\x80", 3));
}

TEST_CASE("Options provide the members that a line of jobs does not have") {
  const json_members defaults{{"type", "\"t\""}, {"cost", "1.50"}};
  CHECK(with_defaults(defaults, R"({"type":"u","payload":{ "x":0.10 }})") ==
        R"({"cost":1.50,"type":"u","payload":{ "x":0.10 }})");
  CHECK(with_defaults({}, "{ }") == "{ }");
  CHECK(with_defaults(defaults, "{}") == R"({"type":"t","cost":1.50})");
  CHECK(job_of_payload(defaults, " 1 ") == R"({"type":"t","cost":1.50,"payload": 1 })");
}
