// `rota console` over a real CAF connection, one command at a time or as a script.
#include "tests/system/support/console_run.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota::tests;
using Catch::Contains;

TEST_CASE("The console shows queues, jobs and what is known of one") {
  console_daemon d;
  const auto id = push(d.client, "render", "acme", R"("payload":{"frame":7})");
  push(d.client, "mail", "umbrella");
  const auto queues = console(d, "queues");
  INFO(queues.err);
  CHECK(queues.status == 0);
  CHECK_THAT(queues.out, Contains("READY") && Contains("acme") && Contains("umbrella"));
  CHECK(console_json(d, "queues --tenant acme").size("/queues") == 1);
  CHECK(console_json(d, "jobs --state ready").size("/jobs") == 2);
  CHECK(console_json(d, "job " + id).at("/payload").raw() == R"({"frame":7})");
  CHECK(console_json(d, "explain " + id).text("/reason") == "no_worker");
  CHECK(console_json(d, "stats").integer("/ready") == 2);
  CHECK(console_json(d, "info").text("/durability") == "fsync");
}

TEST_CASE("The console changes limits and weights of a running daemon") {
  console_daemon d;
  REQUIRE(console(d, R"(tenants put acme '{"weight": 2.5}')").status == 0);
  CHECK(d.client.call("tenant.get", R"({"name":"acme"})").number("/weight") == 2.5);
  REQUIRE(console(d, R"(types put render '{"max_running": 3}')").status == 0);
  CHECK(d.client.call("type.get", R"({"name":"render"})").integer("/max_running") == 3);
  REQUIRE(console(d, R"(keys put printer '{"max_running": 1}')").status == 0);
  CHECK(d.client.call("key.list").text("/keys/0/key") == "printer");
  REQUIRE(console(d, R"(pools put default '{"slots": 4}')").status == 0);
  CHECK(console_json(d, "pools").size("/pools") >= 1);
  CHECK(console(d, "tenants delete acme").status == 0);
}

TEST_CASE("The console pauses, resumes and drains") {
  console_daemon d;
  const auto id = push(d.client, "render", "acme");
  REQUIRE(console(d, "pause --tenant acme").status == 0);
  CHECK(reason_of(d.client, id) == "paused");
  REQUIRE(console(d, "resume --tenant acme").status == 0);
  CHECK(reason_of(d.client, id) == "no_worker");
  REQUIRE(console(d, "drain").status == 0);
  CHECK(reason_of(d.client, id) == "draining");
  REQUIRE(console(d, "drain off").status == 0);
  CHECK(pop(d.client).size() == 1);
}

TEST_CASE("The console changes many jobs only after --yes, and --dry-run changes none") {
  console_daemon d;
  push_many(d.client, "render", "acme", 3);
  push(d.client, "render", "umbrella");
  CHECK(console(d, "cancel --tenant acme").status == 2);
  const auto looked = console(d, "cancel --tenant acme --dry-run");
  CHECK(looked.status == 0);
  CHECK_THAT(looked.out, Contains("would cancel 3 jobs"));
  CHECK_THAT(looked.out, !Contains("more"));
  const auto two = console_json(d, "cancel --tenant acme --dry-run --limit 2");
  CHECK(two.size("/would_cancel") == 2);
  CHECK(two.boolean("/more"));
  CHECK_THAT(console(d, "cancel --tenant acme --dry-run --limit 2").out,
             Contains("would cancel 2 jobs; more jobs match"));
  CHECK(stat_of(d.client, "/ready") == 4);
  CHECK(console(d, "cancel --tenant acme --yes").status == 0);
  CHECK(stat_of(d.client, "/ready") == 1);
  CHECK_THAT(console(d, "retry --type render --dry-run").out, Contains("would retry 3 jobs"));
  CHECK(console(d, "retry --type render --yes").status == 0);
  CHECK(stat_of(d.client, "/ready") == 4);
}

TEST_CASE("The console's exit status depends on who was wrong, and each command has help") {
  console_daemon d;
  CHECK(console(d, "fly").status == 2);
  CHECK(console(d, "queues --fly").status == 2);
  CHECK(console(d, "jobs 'open").status == 2);
  CHECK(console(d, "job j1-zzz").status == 1);
  CHECK(console(d, R"(types put t '{"lease_ms":0}')").status == 1);
  CHECK(console(d, "# nothing").status == 0);
  const auto help = console(d, "help");
  CHECK(help.status == 0);
  CHECK_THAT(help.out, Contains("queues") && Contains("explain") && Contains("watch"));
  const auto of_one = console(d, "help cancel");
  CHECK(of_one.status == 0);
  CHECK_THAT(of_one.out, Contains("--dry-run"));
  d.rotad.kill();
  CHECK(console(d, "queues").status == 3);
}

TEST_CASE("A script for the console ends with the first command that fails") {
  console_daemon d;
  const auto good = console_script(d, "# two tenants\n"
                                      "tenants put acme '{\"weight\":2}'\n\n"
                                      "tenants put umbrella '{\"weight\":3}'\n"
                                      "exit\n"
                                      "fly\n");
  INFO(good.err);
  CHECK(good.status == 0);
  CHECK(d.client.call("tenant.list").size("/tenants") == 2);
  const auto bad = console_script(d, "job j1-zzz\ntenants delete acme\n");
  CHECK(bad.status == 1);
  CHECK(d.client.call("tenant.list").size("/tenants") == 2);
  CHECK(run_to_end(console_command(d, {"-c", "queues", "-c", "fly", "-c", "stats"})).status == 2);
}

TEST_CASE("The console watches: a command is run again and again") {
  console_daemon d;
  push(d.client, "render", "acme");
  const auto ended = console(d, "watch -n 0.1 --count 3 queues --tenant acme");
  CHECK(ended.status == 0);
  std::size_t times = 0;
  for (auto at = ended.out.find("acme"); at != std::string::npos;
       at = ended.out.find("acme", at + 1))
    ++times;
  CHECK(times == 3);
  CHECK_THAT(console(d, "top --once").out, Contains("1 ready"));
}

TEST_CASE("What needs a worker's connection isn't for consoles") {
  console_daemon d;
  push(d.client, "render", "acme");
  CHECK_THAT(console(d, "call job.pop").err, Contains("unauthorized"));
  CHECK_THAT(console(d, "call events.subscribe").err, Contains("unauthorized"));
  CHECK(pop(d.client).size() == 1);
}

TEST_CASE("Consoles are served on the port that was given, and on no other address without "
          "certificates") {
  running_daemon plain;
  CHECK(plain.rotad.console().port.empty());
  const auto ended = start_refused({"--console", "0.0.0.0:0"});
  CHECK(ended.status == 2);
  CHECK_THAT(ended.err, Contains("is not a loopback address"));
}

TEST_CASE("A console goes on after the daemon was started again") {
  console_daemon d;
  d.rotad.terminate();
  CHECK(console(d, "stats").status == 3);
  d.start();
  CHECK(console(d, "stats").status == 0);
}
