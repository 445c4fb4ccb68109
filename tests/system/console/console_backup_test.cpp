// Operators' commands: journal, snapshots, backups and restoring them.
#include "tests/system/support/console_run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

using namespace rota::tests;
using Catch::Contains;

namespace {

/// All jobs of a daemon in one state.
std::set<std::string> ids_of(test_client& client, const std::string& state) {
  std::set<std::string> ids;
  for (const auto& page : pages_of(client, "job.list", R"("limit":1000,"state":")" + state + '"'))
    for (const auto& job : page.elements("/jobs"))
      ids.insert(job.text("/id"));
  return ids;
}

/// Pushes and completes jobs until stopped.
class steady_work {
public:
  explicit steady_work(const rota::wire::endpoint& where)
      : thread_([this, where] {
          test_client client{where};
          while (!over_) {
            for (const auto& id : push_many(client, "busy", "umbrella", 10))
              pushed_.insert(id);
            for (const auto& lease : pop(client, R"("types":["busy"],"leases":5)"))
              complete(client, lease);
            ++rounds_;
          }
        }) {}
  ~steady_work() { stop(); }
  void stop() {
    over_ = true;
    if (thread_.joinable())
      thread_.join();
  }
  std::size_t rounds() const { return rounds_; }
  const std::set<std::string>& pushed() const { return pushed_; } ///< Call after stop().

private:
  std::atomic<bool> over_ = false;
  std::atomic<std::size_t> rounds_ = 0;
  std::set<std::string> pushed_;
  std::thread thread_;
};

} // namespace

TEST_CASE("The console shows the state of the journal, and a snapshot now cuts it") {
  console_daemon d;
  const auto payload = payload_of(20'000);
  // Several groups of the journal, because the last one is never removed.
  for (int i = 0; i < 5; ++i)
    push_many(d.client, "render", "acme", 20, payload);
  const auto before = console_json(d, "journal");
  CHECK(before.integer("/durable") >= 100);
  CHECK(before.integer("/appended") == before.integer("/durable"));
  CHECK(before.integer("/uncut_bytes") > 0);
  CHECK(before.integer("/snapshot/dirty_queues") > 0);
  CHECK(console_json(d, "snapshot").boolean("/written"));
  const auto after = console_json(d, "journal");
  CHECK(after.integer("/snapshot/dirty_queues") == 0);
  CHECK(after.integer("/cuts") > before.integer("/cuts"));
  CHECK(after.integer("/uncut_bytes") < before.integer("/uncut_bytes"));
}

TEST_CASE("The console counts the daemon's actors") {
  console_daemon d;
  const auto count = [&](const std::string& name) -> std::int64_t {
    for (const auto& each : console_json(d, "actors").elements("/actors"))
      if (each.text("/actor") == name)
        return each.integer("/count");
    return -1;
  };
  CHECK(count("queue") == 0);
  CHECK(count("arbiter") == 1);
  for (const auto& each : console_json(d, "actors").elements("/actors")) {
    const auto asked = each.text("/actor") != "queue" && each.text("/actor") != "supervisor";
    CHECK(each.is_null("/mailbox") != asked);
  }
  const auto sessions = count("session");
  push(d.client, "render", "acme");
  push(d.client, "mail", "acme");
  CHECK(count("queue") == 2);
  test_client another{d.rotad.endpoint()};
  another.call("server.info");
  CHECK(count("session") == sessions + 1);
}

TEST_CASE("The console changes how much the daemon logs") {
  console_daemon d;
  CHECK(console_json(d, "log-level").text("/level") == "info");
  CHECK(console_json(d, "log-level error").text("/level") == "error");
  CHECK(console_json(d, "log-level").text("/level") == "error");
  CHECK(console(d, "log-level loud").status == 1);
  d.rotad.terminate();
  CHECK_THAT(d.rotad.standard_error(), !Contains("stopping")); // Its level is info.
}

TEST_CASE("The console turns the trace of slow messages on and off") {
  console_daemon d;
  push(d.client, "render", "acme");
  CHECK(console_json(d, "slow-messages").is_null("/above_ms"));
  CHECK(console_json(d, "slow-messages").size("/messages") == 0);
  CHECK(console_json(d, "slow-messages 3600000").integer("/above_ms") == 3'600'000);
  push(d.client, "render", "acme");
  CHECK(console_json(d, "slow-messages").integer("/seen") == 0); // No message took an hour.

  console(d, "slow-messages 0");
  push(d.client, "render", "acme");
  const auto seen = console_json(d, "slow-messages");
  CHECK(seen.integer("/seen") >= static_cast<std::int64_t>(seen.size("/messages")));
  std::vector<json> pushes;
  for (const auto& each : seen.elements("/messages"))
    if (each.text("/message") == "push_part")
      pushes.push_back(each);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].text("/actor") == "queue");
  CHECK(pushes[0].text("/of") == "render of acme");
  CHECK(pushes[0].number("/took_ms") >= 0);
  CHECK(pushes[0].integer("/waiting") >= 0);
  CHECK_THAT(console(d, "slow-messages").out, Contains("push_part") && Contains("render of acme"));

  CHECK(console_json(d, "slow-messages off").is_null("/above_ms"));
  push(d.client, "render", "acme");
  CHECK(console_json(d, "slow-messages").integer("/seen") == 0);
  CHECK(console(d, "slow-messages -1").status == 1);
  CHECK(console(d, "slow-messages fast").status == 2);
}

TEST_CASE("A backup made under load is restored to what stood at that moment") {
  console_daemon d;
  const auto kept = push_many(d.client, "render", "acme", 200, R"("payload":{"n":1})");
  d.client.call("tenant.put", R"({"name":"acme","weight":2.5})");
  steady_work work{d.rotad.endpoint()};
  REQUIRE(eventually([&] { return work.rounds() >= 20; }));
  const auto folder = (d.rotad.folder().path() / "backup").string();
  const auto made = console(d, "backup " + folder);
  INFO(made.err);
  REQUIRE(made.status == 0);
  const auto rounds = work.rounds();
  // The load continued meanwhile.
  REQUIRE(eventually([&] { return work.rounds() >= rounds + 20; }));
  work.stop();
  const auto late = push(d.client, "render", "acme");
  CHECK(console_json(d, "check-backup " + folder).integer("/jobs") >= 200);
  CHECK(console_json(d, "check-backup " + folder).integer("/queues") == 2);

  daemon_process restored;
  restored.terminate();
  std::filesystem::remove_all(restored.data());
  std::filesystem::copy(folder, restored.data(), std::filesystem::copy_options::recursive);
  restored.start();
  test_client copy{restored.endpoint()};
  const auto there = ids_of(copy, "ready");
  for (const auto& id : kept)
    CHECK(there.count(id) == 1);
  CHECK(there.count(late) == 0);
  CHECK(get(copy, kept.front()).at("/payload").raw() == R"({"n":1})");
  CHECK(copy.call("tenant.get", R"({"name":"acme"})").number("/weight") == 2.5);
  // The copy has the load's work up to that time: no job that was never pushed, and every ended job
  // ended in the original too.
  const auto done_there = ids_of(copy, "succeeded");
  const auto done_here = ids_of(d.client, "succeeded");
  CHECK(!done_there.empty());
  for (const auto& id : done_there)
    CHECK(done_here.count(id) == 1);
  for (const auto& id : there)
    CHECK((work.pushed().count(id) == 1 || std::count(kept.begin(), kept.end(), id) == 1));
  CHECK(pop(copy, R"("types":["render"])").size() == 1);
}

TEST_CASE("The daemon's own folder is no backup, whatever the path to it") {
  console_daemon d;
  const auto kept = push_many(d.client, "render", "acme", 3);
  const auto link = d.rotad.folder().path() / "link";
  std::filesystem::create_directory_symlink(d.rotad.data(), link);
  for (const auto& path : {d.rotad.data(), link, d.rotad.data() / ".." / "data"}) {
    INFO(path);
    const auto checked = console(d, "check-backup " + path.string());
    CHECK(checked.status == 1);
    CHECK_THAT(checked.err, Contains("in use"));
  }
  const auto late = push(d.client, "mail", "acme");
  CHECK(console_json(d, "snapshot").boolean("/written"));
  // No other connection was opened meanwhile.
  const auto second =
      run_to_end({rotad_path(), "--data", d.rotad.data().string(), "--listen", "127.0.0.1:0"});
  CHECK(second.status == 1);
  CHECK_THAT(second.err, Contains("in use"));
  d.restart();
  CHECK(ids_of(d.client, "ready").size() == kept.size() + 1);
  CHECK(get(d.client, late).text("/state") == "ready");
}

TEST_CASE("What an operator changes at a console is in the log") {
  console_daemon d;
  CHECK(console(d, "types put mail '{\"max_running\":8}'").status == 0);
  CHECK(console(d, "drain").status == 0);
  d.rotad.terminate();
  const auto log = d.rotad.standard_error();
  CHECK_THAT(log, Contains("method=type.put outcome=ok client=console"));
  CHECK_THAT(log, Contains("method=server.drain outcome=ok client=console"));
}

TEST_CASE("A backup that can't be made, or isn't one, is an error") {
  console_daemon d;
  const auto folder = (d.rotad.folder().path() / "backup").string();
  CHECK(console(d, "backup relative/folder").status == 1);
  CHECK(console(d, "backup").status == 2);
  REQUIRE(console(d, "backup " + folder).status == 0);
  CHECK_THAT(console(d, "backup " + folder).err,
             Contains("exists already; name a new folder for the backup"));
  CHECK_THAT(console(d, "check-backup /nonexistent/folder").err, Contains("no store"));
  CHECK_THAT(console(d, "check-backup " + d.rotad.data().string()).err, Contains("refused"));
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/rows"))
    if (entry.path().extension() == ".sst")
      std::filesystem::resize_file(entry.path(), entry.file_size() / 2);
  CHECK(console(d, "check-backup " + folder).status == 1);
}
