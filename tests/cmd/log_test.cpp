// Log lines, for people and for programs.
#include "cmd/rotad/log.hpp"

#include <catch2/catch.hpp>

using namespace rota::daemon;

TEST_CASE("a line for people is its sentence and the facts, each in one piece") {
  CHECK(text_line("stopping", {}) == "stopping");
  CHECK(text_line(
            "a setting was put",
            {{"method", "type.put"}, {"client", std::string_view{"10.0.0.7:4711"}}, {"ms", 12}}) ==
        "a setting was put method=type.put client=10.0.0.7:4711 ms=12");
  CHECK(text_line("x", {{"tenant", "a b\n\"c\""}, {"none", ""}}) ==
        R"(x tenant="a b\n\"c\"" none="")");
  CHECK(text_line("x", {{"params", log_field::raw{R"({"a": 1})"}}}) == R"(x params={"a": 1})");
}

TEST_CASE("a line for programs is one JSON object with time, level, event and facts") {
  const auto line = json_line(1'500'000, spdlog::level::warn, "noted", "it \"was\"\n",
                              {{"tenant", "a\tb"}, {"ms", 12}, {"params", log_field::raw{"[1]"}}});
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line == R"({"at":"1970-01-01T00:00:01.500Z","level":"warning","event":"noted",)"
                R"("message":"it \"was\"\n","tenant":"a\tb","ms":12,"params":[1]})");
}
