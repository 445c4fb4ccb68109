// Checks that a real daemon answers every example of docs/protocol.md as documented.
#include "json/check.hpp"
#include "tests/support/files.hpp"
#include "tests/system/support/daemon_process.hpp"
#include "tests/system/support/json.hpp"
#include "tests/system/support/raw_connection.hpp"
#include "tests/system/support/schema.hpp"
#include "wire/methods.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using namespace rota::tests;

namespace {

/// A message of an example: a line to send, or an expected one.
struct message {
  bool sent = false;
  std::string text;
  std::size_t line = 0;
};

/// The messages of all blocks fenced as "rota". A line that is indented by two blanks or more
/// continues the message before it.
std::vector<message> examples_in(const std::string& document) {
  std::vector<message> found;
  std::istringstream lines{document};
  bool inside = false;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with("```"))
      inside = line == "```rota";
    else if (inside) {
      REQUIRE(line.size() > 2);
      const auto rest = line.substr(2);
      if (rest.front() == ' ')
        found.back().text += rest;
      else
        found.push_back({line.front() == '>', rest, number});
    }
  }
  return found;
}

/// Removes the first received message that matches `expected`; otherwise returns why none does.
std::string take_match(const message& expected, std::vector<json>& came, captures& known) {
  std::string why;
  for (auto i = came.begin(); i != came.end(); ++i) {
    const auto here = difference(json{expected.text}, *i, known);
    if (here.empty()) {
      came.erase(i);
      return {};
    }
    why += (why.empty() ? "" : "; or ") + here;
  }
  return why;
}

} // namespace

TEST_CASE("What a daemon is sent and answers in the examples is what its OpenRPC document says") {
  const auto document = json{read_whole("docs/openrpc.json")};
  daemon_process rotad;
  raw_connection client{rotad.endpoint()};
  captures known;
  std::map<std::string, json> requests; // By id.
  for (const auto& example : examples_in(read_whole("docs/protocol.md"))) {
    INFO("docs/protocol.md:" << example.line);
    if (example.sent) {
      const auto text = fill_in(example.text, known);
      REQUIRE(client.send(text + '\n'));
      if (rota::check_json(text) || !json{text}.has("/method"))
        continue;
      const json request{text};
      if (request.has("/id"))
        requests[request.at("/id").raw()] = request;
      continue;
    }
    const auto came = client.answer();
    difference(json{example.text}, came, known);
    if (!came.has("/id") || !came.has("/result"))
      continue;
    const auto& request = requests.at(came.at("/id").raw());
    const auto method = request.text("/method");
    CHECK(mismatch(result_schema(document, method), came.at("/result")) == "");
    if (request.has("/params"))
      CHECK(mismatch(params_schema(document, method), request.at("/params")) == "");
  }
}

TEST_CASE("The examples of the protocol's document are what a daemon does") {
  const auto messages = examples_in(read_whole("docs/protocol.md"));
  REQUIRE(messages.size() > 80);
  daemon_process rotad;
  raw_connection client{rotad.endpoint()};
  captures known;
  for (auto at = messages.begin(); at != messages.end();) {
    if (at->sent) {
      INFO("docs/protocol.md:" << at->line);
      REQUIRE(client.send(fill_in(at->text, known) + '\n'));
      ++at;
      continue;
    }
    const auto end = std::find_if(at, messages.end(), [](const message& m) { return m.sent; });
    INFO("docs/protocol.md:" << at->line);
    std::vector<json> came;
    for (auto i = at; i != end; ++i)
      came.push_back(client.answer());
    for (; at != end; ++at) {
      INFO("docs/protocol.md:" << at->line);
      CHECK(take_match(*at, came, known) == "");
    }
  }
}

TEST_CASE("The protocol's document has an example of every method") {
  const auto document = read_whole("docs/protocol.md");
  std::vector<std::string> missing;
  for (const auto& method : rota::wire::methods()) {
    const std::string name{method.name};
    const bool shown = document.find("## " + name + "\n") != std::string::npos &&
                       document.find("\"method\": \"" + name + "\"") != std::string::npos;
    if (!shown)
      missing.push_back(name);
  }
  CHECK(missing == std::vector<std::string>{});
}
