#include "cmd/rota/console/completion.hpp"
#include "cmd/rota/console/shell.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace rota::client;
using texts = std::vector<std::string>;

namespace {

/// Provides fixed names and records which kinds were requested.
struct some_names final : name_source {
  std::vector<named> asked;
  std::vector<std::string> names(named what) override {
    asked.push_back(what);
    switch (what) {
    case named::tenant: return {"acme", "acme corp", "umbrella"};
    case named::type: return {"render", "mail"};
    case named::job: return {"j1-aa", "j1-ab", "j2-aa"};
    default: return {};
    }
  }
};

struct console_program {
  CLI::App program;
  action chosen;
  some_names names;
  console_program() { add_console_commands(program, chosen); }
  texts at(std::string_view line) { return complete(line, program, names).candidates; }
};

} // namespace

TEST_CASE("The console completes commands and their parts") {
  console_program console;
  CHECK(console.at("que") == texts{"queues"});
  CHECK(console.at("re") == texts{"resume", "retry"});
  CHECK(console.at("help exp") == texts{"explain"});
  CHECK(console.at("watch sta") == texts{"stats"});
  CHECK(console.at("types ") == texts{"delete", "get", "put"});
  CHECK(console.at("drain o") == texts{"off", "on"});
  CHECK(console.at("cancel --dry") == texts{"--dry-run"});
  CHECK(console.at("jobs --state ru") == texts{"running"});
  CHECK(console.at("nonsense ").empty());
  CHECK(console.names.asked.empty());
}

TEST_CASE("The console completes tenants, types and jobs by what the daemon knows") {
  console_program console;
  CHECK(console.at("jobs --tenant um") == texts{"umbrella"});
  CHECK(console.at("pause --type ") == texts{"mail", "render"});
  CHECK(console.at("tenants put u") == texts{"umbrella"});
  CHECK(console.at("job j1") == texts{"j1-aa", "j1-ab"});
  CHECK(console.at("cancel j1-aa j2") == texts{"j2-aa"});
  CHECK(console.at("types get mail ").empty());
}

TEST_CASE("The console quotes a name that needs it, and replaces the word with its quote") {
  console_program console;
  CHECK(console.at("jobs --tenant ac") == texts{"\"acme corp\"", "acme"});
  const auto found = complete("jobs --tenant \"acme c", console.program, console.names);
  CHECK(found.candidates == texts{"\"acme corp\""});
  CHECK(found.begin == 14);
}

TEST_CASE("What candidates have in common is never half a character") {
  CHECK(common_start({}).empty());
  CHECK(common_start({"abc"}) == "abc");
  CHECK(common_start({"abc", "abd"}) == "ab");
  CHECK(common_start({"b", "a"}).empty());
  CHECK(common_start({"xü", "xö"}) == "x");
}
