// Command lines become requests.
#include "cmd/rota/commands.hpp"

#include <catch2/catch.hpp>

using namespace rota::client;
using arguments = std::vector<std::string>;

namespace {

struct recording_requester final : requester {
  std::string method, params;

  boost::system::result<std::string, rota::wire::call_error> call(std::string_view called,
                                                                  std::string_view with) override {
    method = called;
    params = with;
    return std::string{"{}"};
  }
};

// Runs a command line; returns the method and the params that it sends, or its exit status.
std::string sent_by(arguments words) {
  CLI::App program;
  action chosen;
  add_lease_commands(program, chosen);
  add_job_commands(program, chosen);
  add_settings_commands(program, chosen);
  add_server_commands(program, chosen);
  if (const auto ended = parse(program, std::move(words)))
    return "status " + std::to_string(static_cast<int>(*ended));
  const auto server = std::make_shared<recording_requester>();
  command_context context;
  context.json = true;
  context.shared_requester = server;
  const exit_status status = chosen(context);
  return status == exit_status::done ? server->method + ' ' + server->params
                                     : "status " + std::to_string(static_cast<int>(status));
}

} // namespace

TEST_CASE("The options of a command are the members of its request") {
  const std::pair<arguments, std::string> cases[] = {
      {{"info"}, "server.info {}"},
      {{"job", "j1"}, R"(job.get {"id":"j1"})"},
      {{"jobs", "--type", "t", "--limit", "5"}, R"(job.list {"type":"t","limit":5})"},
      {{"cancel", "j1", "j2"}, R"(job.cancel {"ids":["j1","j2"]})"},
      {{"retry", "--tenant", "a", "--limit", "2"}, R"(job.retry {"tenant":"a","limit":2})"},
      {{"pop", "--max-jobs", "3", "--type", "t", "--type", "u"},
       R"(job.pop {"worker":"rota-pop","leases":1,"max_jobs":3,"wait_ms":0,"types":["t","u"]})"},
      {{"complete", "l1", "--failed", "--error-kind", "exit"},
       R"(job.complete {"results":[{"lease":"l1","outcome":"failed",)"
       R"("error":{"message":"","kind":"exit"}}]})"},
      {{"drain"}, R"(server.drain {"on":true})"},
      {{"drain", "off"}, R"(server.drain {"on":false})"},
      {{"pause", "--tenant", "a"}, R"(queue.pause {"tenant":"a"})"},
      {{"keys"}, "key.list {}"},
      {{"keys", "put", "k", R"({"max_running":1})"}, R"(key.put {"key":"k","max_running":1})"},
      {{"types", "get", "t"}, R"(type.get {"name":"t"})"},
      {{"executors", "remove", "e"}, R"(executor.remove {"name":"e"})"},
      {{"pause"}, "status 2"},
      {{"cancel"}, "status 2"},
      {{"jobs", "--limit", "0"}, "status 2"},
      {{"jobs", "--limit", ""}, "status 2"},
      {{"pop", "--leases", ""}, "status 2"},
      {{"cancel", "--type", "t", "--limit", ""}, "status 2"},
      {{"pop", "--leases", "1.5"}, "status 2"},
      {{"pop", "--lease-ms", "99999999999999999999"}, "status 2"},
  };
  for (const auto& [words, expected] : cases) {
    INFO(expected);
    CHECK(sent_by(words) == expected);
  }
}

TEST_CASE("A JSON array is one argument and arrives unchanged") {
  std::vector<std::string> payloads;
  CLI::App program;
  bool flag = false;
  program.add_flag("--flag", flag);
  add_arguments(program, "payloads", payloads, "Payloads");
  const arguments given{"[1,2]", R"(["a","b"])", "[]", "{}", "[ [1],[2] ]", "", "[", "]"};
  arguments words = given;
  words.insert(words.begin() + 3, "--flag");
  CHECK_FALSE(parse(program, words));
  CHECK(payloads == given);
  CHECK(flag);

  CHECK(sent_by({"call", "job.x", "[1,2]"}) == "job.x [1,2]");
  CHECK(sent_by({"complete", "l1", "--result", R"(["a","b"])"}) ==
        R"(job.complete {"results":[{"lease":"l1","outcome":"succeeded","result":["a","b"]}]})");
  CHECK(sent_by({"cancel", "[1,2]", "j"}) == R"(job.cancel {"ids":["[1,2]","j"]})");
  CHECK(sent_by({"pop", "--type", "[t,u]"}).ends_with(R"("types":["[t,u]"]})"));
}

TEST_CASE("complete accepts at most 1000 leases") {
  arguments words(1001, "l");
  words.front() = "complete";
  CHECK(sent_by(words).starts_with("job.complete "));
  words.emplace_back("l");
  CHECK(sent_by(words) == "status 2");
}
