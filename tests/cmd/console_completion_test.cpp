#include "cmd/rota/console/completion.hpp"
#include "cmd/rota/console/shell.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace rota::client;
using texts = std::vector<std::string>;

namespace {

/// Provides fixed names and records which kinds were requested.
struct fixed_names final : name_source {
  std::vector<name_kind> requested;
  std::vector<std::string> names(name_kind kind) override {
    requested.push_back(kind);
    switch (kind) {
    case name_kind::tenant: return {"acme", "acme corp", "umbrella"};
    case name_kind::type: return {"render", "mail"};
    case name_kind::job: return {"j1-aa", "j1-ab", "j2-aa"};
    default: return {};
    }
  }
};

struct console_program {
  CLI::App program;
  action chosen;
  fixed_names names;
  console_program() { add_console_commands(program, chosen); }
  texts at(std::string_view line) { return complete(line, program, names).candidates; }
};

} // namespace

TEST_CASE("The console completes commands, their own commands, options and values") {
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
  CHECK(console.names.requested.empty());
}

TEST_CASE("The console completes tenants, types and jobs with the names that the server has") {
  console_program console;
  CHECK(console.at("jobs --tenant um") == texts{"umbrella"});
  CHECK(console.at("pause --type ") == texts{"mail", "render"});
  CHECK(console.at("tenants put u") == texts{"umbrella"});
  CHECK(console.at("job j1") == texts{"j1-aa", "j1-ab"});
  CHECK(console.at("cancel j1-aa j2") == texts{"j2-aa"});
  CHECK(console.at("types get mail ").empty());
}

TEST_CASE("The console quotes a name that needs it, and replaces the word and its quote") {
  console_program console;
  CHECK(console.at("jobs --tenant ac") == texts{"\"acme corp\"", "acme"});
  const auto found = complete("jobs --tenant \"acme c", console.program, console.names);
  CHECK(found.candidates == texts{"\"acme corp\""});
  CHECK(found.begin == 14);
}

TEST_CASE("The common prefix of candidates never ends inside a character") {
  CHECK(common_prefix({}).empty());
  CHECK(common_prefix({"abc"}) == "abc");
  CHECK(common_prefix({"abc", "abd"}) == "ab");
  CHECK(common_prefix({"b", "a"}).empty());
  CHECK(common_prefix({"xü", "xö"}) == "x");
}
