// Exporting a daemon's history, and simulating it under other settings.
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace rota::tests;

namespace {

ended_program exported(const running_daemon& d, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"history", "export"});
  return run_to_end(d.rota(more));
}

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    lines.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::vector<json> of_kind(const std::vector<json>& lines, const std::string& kind) {
  std::vector<json> found;
  for (const auto& line : lines)
    if (line.has("/" + kind))
      found.push_back(line.at("/" + kind));
  return found;
}

} // namespace

TEST_CASE("An export has all settings and all jobs, waiting, ended and those only in history") {
  running_daemon d{{}, R"({"snapshot_ms":1})"};
  d.client.call("type.put", R"({"name":"t","max_running":70})");
  d.client.call("tenant.put", R"({"name":"acme","weight":2.5})");
  d.client.call("key.put", R"({"key":"db","max_running":30})");
  d.client.call("pool.put", R"({"name":"default","slots":40})");
  auto ids = push_many(d.client, "t", "acme", 20);
  for (const auto& lease : pop(d.client, R"("leases":12)"))
    complete(d.client, lease, R"("outcome":"succeeded","result":"out")");
  REQUIRE(eventually([&] { return stat_of(d.client, "/journal/dirty_queues") == 0; }));

  const auto ended = exported(d);
  REQUIRE(ended.status == 0);
  const auto lines = lines_of(ended.out);
  CHECK(of_kind(lines, "info").at(0).text("/version") ==
        d.client.call("server.info").text("/version"));
  CHECK(of_kind(lines, "type").at(0).integer("/max_running") == 70);
  CHECK(of_kind(lines, "tenant").at(0).at("/weight").raw() == "2.5");
  CHECK(of_kind(lines, "key").at(0).text("/key") == "db");
  CHECK(of_kind(lines, "pool").at(0).integer("/slots") == 40);
  CHECK_FALSE(of_kind(lines, "executor").empty());
  std::vector<std::string> exported_ids;
  std::size_t succeeded = 0;
  for (const auto& job : of_kind(lines, "job")) {
    exported_ids.push_back(job.text("/id"));
    succeeded += job.text("/state") == "succeeded";
    CHECK_FALSE(job.has("/payload"));
    CHECK_FALSE(job.has("/result"));
    CHECK_FALSE(job.has("/checkpoint"));
  }
  std::sort(exported_ids.begin(), exported_ids.end());
  std::sort(ids.begin(), ids.end());
  CHECK(exported_ids == ids);
  CHECK(succeeded == 12);
  CHECK(lines.back().integer("/end/jobs") == 20);

  const auto whole = lines_of(exported(d, {"--contents"}).out);
  for (const auto& job : of_kind(whole, "job"))
    CHECK(job.at("/result").raw() == (job.text("/state") == "succeeded" ? R"("out")" : "null"));
}

TEST_CASE("What-if reads an export: with another limit the same jobs take longer") {
  running_daemon d;
  d.client.call("type.put",
                R"({"name":"nap","executor":{"name":"process","command":["sleep","0.05"]}})");
  const auto ids = push_many(d.client, "nap", "acme", 12);
  for (const auto& id : ids)
    REQUIRE(becomes(d.client, id, "succeeded"));
  const temporary_folder folder;
  const auto file = folder.write("history.ndjson", exported(d).out);
  const auto simulated = run_to_end(
      {rota_sim_path(), "what-if", file.string(), "--set", "/types/nap/max_running=1", "--json"});
  INFO(simulated.err);
  REQUIRE(simulated.status == 0);
  const json answer{simulated.out};
  CHECK(answer.text("/pool") == "process");
  CHECK(answer.integer("/after/jobs") == 12);
  // One job at a time: each waits for all before it, 12 times 50 ms at least.
  CHECK(answer.number("/after/makespan_s") >= 0.6);
  CHECK(answer.number("/after/makespan_s") >= answer.number("/before/makespan_s"));

  const auto cut = folder.write("cut.ndjson", R"({"key":{"key":"k","max_running":1}})"
                                              "\n");
  const auto refused = run_to_end({rota_sim_path(), "what-if", cut.string()});
  CHECK(refused.status != 0);
  CHECK_THAT(refused.err, Catch::Contains("the end is missing"));
}
