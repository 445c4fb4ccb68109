// Parsing of HTTP request targets and Host headers.
#include "cmd/rotad/http/http_target.hpp"

#include <catch2/catch.hpp>

using rota::daemon::is_own_host;
using rota::daemon::read_target;

TEST_CASE("a target is split into path and parameters, and its escapes are decoded") {
  const auto query = read_target("/api/tenant?name=a%26b+c%2B&limit=5&empty=&bare");
  REQUIRE(query);
  CHECK(query->path == "/api/tenant");
  CHECK(query->params == std::map<std::string, std::string>{
                             {"name", "a&b c+"}, {"limit", "5"}, {"empty", ""}, {"bare", ""}});
  CHECK(read_target("/a+b%2Fc")->path == "/a+b/c");
  CHECK(read_target("/?")->params.empty());
}

TEST_CASE("a target that is not a path, or has a parameter twice, is refused") {
  for (const auto* target : {"", "*", "http://host/", "/%", "/%4", "/%zz", "/%-1", "/%00", "/?a=%",
                             "/?%00=1", "/?a=1&b=2&a=1"})
    CHECK_FALSE(read_target(target));
}

TEST_CASE("addresses and localhost are our own, other names are not") {
  for (const auto* host : {"localhost", "LocalHost:80", "localhost:80", "127.0.0.1:9090",
                           "[::1]:9090", "[::1]", "192.168.0.7"})
    CHECK(is_own_host(host));
  for (const auto* host : {"", "evil.example", "evil.example:9090", "localhost.evil.example",
                           "[evil]", "127.0.0.1.evil.example"})
    CHECK_FALSE(is_own_host(host));
}
