// Starting a daemon, and its reasons to refuse a start.
#include "tests/support/files.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <cstdio>
#include <string>

using namespace rota::tests;
using Catch::Contains;

namespace {

/// CRC-32C, bit by bit.
std::uint32_t crc32c(const std::string& bytes) {
  std::uint32_t sum = 0xFFFFFFFF;
  for (const char byte : bytes) {
    sum ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit)
      sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0x82F63B78 : 0);
  }
  return ~sum;
}

/// The file FORMAT of a store, as another version of Rota would write it.
std::string format_file(const std::string& version) {
  const auto line = "rota store format " + version;
  char sum[16];
  std::snprintf(sum, sizeof sum, " %08x\n", crc32c(line));
  return line + sum;
}

ended_program start_with_config(const std::string& config) {
  const temporary_folder folder;
  return start_refused({"--config", folder.write("config.json", config).string()});
}

} // namespace

TEST_CASE("A second daemon on the same folder is refused, the first goes on") {
  running_daemon d;
  const auto second = run_to_end(d.rotad.command());
  CHECK(second.status == 1);
  CHECK(second.out == "");
  CHECK_THAT(second.err,
             Contains("in use by another process") && Contains(d.rotad.data().string()));
  push(d.client, "t", "acme");
}

TEST_CASE("A store of another version is refused, and stays as it is") {
  running_daemon d;
  const auto id = push(d.client, "t", "acme");
  d.rotad.kill();
  const auto file = "data/FORMAT";
  const auto ours = read_whole(d.rotad.folder().path() / file);
  CHECK(ours == format_file("2"));
  d.rotad.folder().write(file, format_file("3"));
  auto refused = run_to_end(d.rotad.command());
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, Contains("format 3") && Contains("reads format 2"));
  d.rotad.folder().write(file, "rota store format 2 00000000\n");
  refused = run_to_end(d.rotad.command());
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, Contains("damaged"));
  d.rotad.folder().write(file, ours);
  d.start();
  CHECK(state_of(d.client, id) == "ready");
}

TEST_CASE("A config file that isn't right is refused with what is wrong") {
  const auto text_of = [](const std::string& config) {
    const auto ended = start_with_config(config);
    CHECK(ended.status == 2);
    CHECK(ended.out == "");
    return ended.err;
  };
  CHECK_THAT(text_of("{"), Contains("invalid JSON"));
  CHECK_THAT(text_of(""), Contains("invalid JSON"));
  CHECK_THAT(text_of("[]"), Contains("must be an object"));
  CHECK_THAT(text_of(R"({"max_line_byte":5})"), Contains("unknown member /max_line_byte"));
  CHECK_THAT(text_of(R"({"max_depth":"5"})"), Contains("/max_depth must be an integer"));
  CHECK_THAT(text_of(R"({"max_depth":0})"), Contains("/max_depth"));
  CHECK_THAT(text_of(R"({"snapshot_ms":0})"), Contains("/snapshot_ms"));
  CHECK_THAT(text_of(R"({"max_depth":5,"max_depth":6})"), Contains("twice"));
}

TEST_CASE("A wrong command line is refused") {
  CHECK(start_refused({"--config", "/nonexistent/config.json"}).status == 2);
  CHECK(start_refused({"--durability", "paper"}).status == 2);
  CHECK(start_refused({"--speed", "high"}).status == 2);
  CHECK(run_to_end({rotad_path(), "--listen", "here"}).status == 2);
  const auto version = run_to_end({rotad_path(), "--version"});
  CHECK(version.status == 0);
  CHECK_THAT(version.out, Contains("rotad 0."));
}

TEST_CASE("A port or folder that is not available is reported") {
  running_daemon d;
  const auto where = "127.0.0.1:" + d.rotad.endpoint().port;
  const temporary_folder folder;
  auto ended = run_to_end({rotad_path(), "--data", folder.path() / "data", "--listen", where});
  CHECK(ended.status == 1);
  CHECK_THAT(ended.err, Contains(where));
  folder.write("file", "no folder");
  ended = run_to_end({rotad_path(), "--data", folder.path() / "file", "--listen", "127.0.0.1:0"});
  CHECK(ended.status == 1);
  CHECK_THAT(ended.err, Contains((folder.path() / "file").string()));
}

TEST_CASE("With durability os what was answered outlives a kill of the process") {
  running_daemon d{{"--durability", "os"}};
  CHECK(d.client.call("job.push", R"({"jobs":[{"type":"t","tenant":"a"}]})").text("/durability") ==
        "os");
  d.restart();
  CHECK(stat_of(d.client, "/ready") == 1);
  d.restart(SIGTERM);
  CHECK(stat_of(d.client, "/ready") == 1);
}

TEST_CASE("With durability memory nothing is kept, and no folder is made") {
  running_daemon d{{"--durability", "memory"}};
  push(d.client, "t", "a");
  CHECK(d.client.call("server.info").text("/durability") == "memory");
  complete(d.client, pop_one(d.client));
  d.restart();
  CHECK(d.client.call("job.list").size("/jobs") == 0);
  CHECK(!std::filesystem::exists(d.rotad.data()));
}

TEST_CASE("A store can be opened at another level of durability") {
  running_daemon d{{"--durability", "fsync"}};
  const auto id = push(d.client, "t", "a");
  d.rotad.set_arguments({"--durability", "os"});
  d.restart();
  CHECK(state_of(d.client, id) == "ready");
  d.rotad.set_arguments({});
  d.restart();
  CHECK(state_of(d.client, id) == "ready");
}
