// The daemon's log.
#include "tests/support/eventually.hpp"
#include "tests/system/faults/fault_daemon.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace rota::tests;

namespace {

/// All lines so far; a line that is not JSON fails the test.
std::vector<json> lines_of(const daemon_process& d) {
  std::vector<json> out;
  std::istringstream in{d.standard_error()};
  for (std::string line; std::getline(in, line);)
    out.emplace_back(line);
  return out;
}

std::vector<json> events_of(const daemon_process& d, const std::string& event) {
  auto lines = lines_of(d);
  std::erase_if(lines, [&](const json& line) { return line.text("/event") != event; });
  return lines;
}

const std::vector<std::string> as_json{"--log-format", "json"};

} // namespace

TEST_CASE("In JSON each line of the log is one object, from the start to the end") {
  running_daemon d{as_json};
  CHECK(d.rotad.terminate() == 0);
  const auto lines = lines_of(d.rotad);
  REQUIRE(lines.size() >= 3);
  CHECK(lines.front().text("/event") == "ready");
  CHECK(lines.front().text("/address") == "127.0.0.1:" + d.rotad.endpoint().port);
  CHECK(lines.front().text("/data") == d.rotad.data());
  CHECK(lines.front().text("/durability") == "fsync");
  CHECK(lines.back().text("/event") == "stopped");
  for (const auto& line : lines)
    CHECK(time_us(line.text("/at")) > 0);
}

TEST_CASE("Each change is a line with the client, the request and its outcome") {
  running_daemon d{as_json};
  d.client.call("type.put", R"({"name":"mail","max_running":8})");
  d.client.error("tenant.delete", R"({"name":"nobody"})");
  d.client.call("server.drain", R"({"on":true})");
  const auto id = push(d.client, "mail", "acme"); // Not logged: there would be too many lines.
  cancel(d.client, id);                           // Not logged either.
  d.client.call("job.cancel", R"({"tenant":"acme"})");
  CHECK(eventually([&] { return events_of(d.rotad, "changed").size() == 4; }));
  const auto lines = events_of(d.rotad, "changed");
  CHECK(lines[0].text("/method") == "type.put");
  CHECK(lines[0].at("/params") == json{R"({"name":"mail","max_running":8})"});
  CHECK(lines[0].text("/outcome") == "ok");
  CHECK(lines[0].text("/client").starts_with("127.0.0.1:"));
  CHECK(lines[0].integer("/request") > 0);
  CHECK(lines[1].text("/outcome") == "not_found");
  CHECK(lines[2].text("/method") == "server.drain");
  CHECK(lines[3].text("/method") == "job.cancel");
}

TEST_CASE("A storage that fails and works again is logged, with the reason") {
  if (fault::skipped_without_strace())
    return;
  running_daemon d{as_json};
  const bool failed = fault::while_storage_fails(
      d, [&] { CHECK(eventually([&] { return !events_of(d.rotad, "storage_failed").empty(); })); });
  if (!failed)
    return;
  CHECK(eventually([&] { return !events_of(d.rotad, "storage_works").empty(); }));
  CHECK_FALSE(events_of(d.rotad, "storage_failed").front().text("/error").empty());
}

TEST_CASE("For people the same lines are text") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"mail"})");
  CHECK(eventually(
      [&] { return d.rotad.standard_error().find("method=type.put") != std::string::npos; }));
  const auto refused = run_to_end({rotad_path(), "--log-format", "xml"});
  CHECK(refused.status == 2);
}
