#include "executors/docker/container_spec.hpp"
#include "executors/docker/engine_text.hpp"
#include "json/check.hpp"
#include "json/slice.hpp"

#include <catch2/catch.hpp>

namespace rota::executors::docker {
namespace {

std::optional<std::int64_t> us(std::string_view text) {
  const auto time = read_time(text);
  return time ? std::optional{engine::to_us(*time)} : std::nullopt;
}

TEST_CASE("the engine's times are read to the microsecond, with their offset") {
  CHECK(us("1970-01-01T00:00:01Z") == 1'000'000);
  CHECK(us("2024-02-29T12:00:00.123456789Z") == 1'709'208'000'123'456);
  CHECK(us("2024-02-29T14:30:00.5+02:30") == 1'709'208'000'500'000);
  CHECK(us("2024-02-29T11:59:59.999-00:01") == 1'709'208'059'999'000);
}

TEST_CASE("malformed times, and the engine's value for never, are not times") {
  for (const char* text : {"", "0001-01-01T00:00:00Z", "2024-02-30T00:00:00Z", "2024-02-29",
                           "2024-02-29T12:00:00", "2024-02-29T12:00:00Zx", "2024-02-29T1:00:00Z",
                           "2024-02-29T12:00:00+0100", "-024-02-29T12:00:00Z"})
    CHECK_FALSE(read_time(text));
}

TEST_CASE("both engines' words for a container's state are known") {
  const auto state = [](const std::string& word) {
    return read_container(R"({"Id": "x", "State": {"Status": ")" + word + R"("}})")->state;
  };
  for (const char* word : {"created", "initialized", "configured"})
    CHECK(state(word) == container_state::created);
  for (const char* word : {"running", "paused", "restarting", "stopping"})
    CHECK(state(word) == container_state::running);
  CHECK(state("removing") == container_state::removing);
  for (const char* word : {"exited", "dead", "stopped"})
    CHECK(state(word) == container_state::ended);
}

TEST_CASE("B3: an answer that does not follow the API differs from an empty one") {
  CHECK(read_list("[]")->empty());
  for (const char* body : {"", "{}", "null", "[", "<html>"}) {
    CHECK_FALSE(read_list(body));
    CHECK_FALSE(read_container(body));
    CHECK_FALSE(read_id(body));
    CHECK_FALSE(read_processors(body));
  }
  CHECK(read_error("<html>") == "<html>");
  CHECK(read_error(R"({"cause": "c", "message": "no such image\n"})") == "no such image");
}

TEST_CASE("a list has names without their slash, states and the attempt's label") {
  const auto rows = read_list(R"([{"Id": "ab", "Names": ["/i1-a1"], "State": "exited",
    "Labels": {"rota.attempt": "a1"}}, {"Id": "cd", "Names": null, "State": "created"}])");
  REQUIRE(rows);
  REQUIRE(rows->size() == 2);
  CHECK(rows->front().container == "i1-a1");
  CHECK(rows->front().attempt == "a1");
  CHECK(rows->front().state == container_state::ended);
  CHECK(rows->back().container.empty());
}

TEST_CASE("only events of deaths are read, with the attempt's name") {
  CHECK(read_death(R"({"Action": "die", "Actor": {"Attributes": {"rota.attempt": "a1"}}})") ==
        "a1");
  CHECK(read_death(R"({"Action": "died", "Actor": {}})") == "");
  for (const char* other : {R"({"Action": "start"})", "{}", "", "[]"})
    CHECK_FALSE(read_death(other));
}

TEST_CASE("a filter is escaped for a URL") {
  CHECK(url_escaped(R"({"label":["a=b"]})") == "%7B%22label%22:%5B%22a%3Db%22%5D%7D");
  CHECK(url_escaped("host:5000/team/image@x") == "host:5000/team/image%40x");
  CHECK(url_escaped("\xff ") == "%FF%20");
}

TEST_CASE("the command is that of docker run") {
  const image_facts image{{"/entry", "-x"}, {"default"}};
  CHECK(full_command(image, {"a", "b"}) == std::vector<std::string>{"/entry", "-x", "a", "b"});
  CHECK(full_command(image, {}) == std::vector<std::string>{"/entry", "-x", "default"});
  CHECK(full_command({}, {}).empty());
}

TEST_CASE("a container is created with the type's options, without members for absent ones") {
  const start_order order{"a1",   "scan",
                          "acme", {{"j1", "{}", 2, {}, engine::trace_context{"00-a", "x=1"}}},
                          "",     engine::milliseconds{1500}};
  attempt_options options;
  options.image = "img:1";
  options.env = {{"A", "1"}, {"ROTA_JOB", "forged"}};
  std::string body = create_body({"i1", "lab", "/runs/a1/io", {"cmd", "x y"}}, order, options);
  REQUIRE_FALSE(check_json(body));
  const auto at = [&](std::string_view pointer) { return at_pointer(json_value{body}, pointer); };
  CHECK(at("/Image")->as_string() == "img:1");
  CHECK(at("/Entrypoint/4")->as_string() == "1.500");
  CHECK(at("/Entrypoint/5")->as_string() == "10");
  CHECK(at("/Cmd")->raw() == R"(["cmd","x y"])");
  CHECK(at("/Labels/rota.attempt")->as_string() == "a1");
  CHECK(at("/HostConfig/Mounts/0/Source")->as_string() == "/runs/a1/io");
  CHECK(body.find("forged") == std::string::npos);
  CHECK(body.find("ROTA_JOB=j1") != std::string::npos);
  CHECK(body.find(R"("TRACEPARENT=00-a","TRACESTATE=x=1")") != std::string::npos);
  for (const char* absent :
       {"/HostConfig/Memory", "/HostConfig/NanoCpus", "/HostConfig/PidsLimit",
        "/HostConfig/Ulimits", "/HostConfig/NetworkMode", "/HostConfig/Binds", "/WorkingDir"})
    CHECK_FALSE(at(absent));

  options.limits = {std::uint64_t{1} << 25, 0.5, 7, 64, {}};
  options.network = "none";
  options.cwd = "/work";
  options.mounts = {"/a:/b:ro"};
  body = create_body({"i1", "lab", "/runs/a1/io", {"cmd"}}, order, options);
  CHECK(at("/HostConfig/Memory")->as_int64() == 33'554'432);
  CHECK(at("/HostConfig/NanoCpus")->as_int64() == 500'000'000);
  CHECK(at("/HostConfig/PidsLimit")->as_int64() == 10);
  CHECK(at("/HostConfig/Ulimits/0/Soft")->as_int64() == 64);
  CHECK(at("/HostConfig/Ulimits/1/Name")->as_string() == "nproc");
  CHECK(at("/HostConfig/Binds/0")->as_string() == "/a:/b:ro");
  CHECK(at("/HostConfig/NetworkMode")->as_string() == "none");
  CHECK(at("/WorkingDir")->as_string() == "/work");
}

} // namespace
} // namespace rota::executors::docker
