// docs/openrpc.json and docs/reference.md match the code's tables. `./dev docs` writes them.
#include "json/check.hpp"
#include "json/slice.hpp"
#include "tests/support/files.hpp"
#include "wire/methods.hpp"
#include "wire/schema.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>

using namespace rota;
using namespace rota::wire;

namespace {

/// The document is tested without the real version, which changes with each release.
constexpr std::string_view any_version = "0";

/// Compares the file with `made`, or writes it if ROTA_WRITE_DOCS is set.
void is_in(const char* path, const std::string& made) {
  if (std::getenv("ROTA_WRITE_DOCS") != nullptr)
    std::ofstream{path, std::ios::binary} << made;
  INFO(path << " is out of date: type ./dev docs");
  CHECK((tests::read_whole(path) == made));
}

json_value member(json_value object, std::string_view name) {
  return object.as_object().find(name).value_or(json_value{});
}

/// Puts each method on a line of its own, so that a change affects few lines.
std::string by_lines(const std::string& document) {
  std::string out;
  const auto methods = document.find("\"methods\":[");
  out.append(document, 0, methods);
  std::string between = "\"methods\":[\n";
  for (const json_value m : member(json_value{document}, "methods").as_array())
    out.append(std::exchange(between, ",\n")).append(m.raw());
  return out + "\n]}\n";
}

} // namespace

TEST_CASE("the documents are those that the code makes") {
  is_in("docs/openrpc.json", by_lines(openrpc_document(any_version)));
  is_in("docs/reference.md", reference_page());
}

TEST_CASE("the OpenRPC document has every method, with params and a result") {
  const auto text = openrpc_document(any_version);
  REQUIRE_FALSE(check_json(text));
  std::size_t count = 0;
  for (const json_value m : member(json_value{text}, "methods").as_array()) {
    INFO(m.raw());
    CHECK(find_method(member(m, "name").as_string()) != nullptr);
    CHECK(member(m, "params").is_array());
    CHECK(member(member(m, "result"), "schema").is_object());
    ++count;
  }
  CHECK(count == methods().size());
}

TEST_CASE("the document shows ranges, defaults, words and what is required") {
  const auto push = find_method("job.push")->params().members.front();
  CHECK(push.required);
  const auto& job = push.value.element.front().members;
  const auto find = [&](std::string_view name) -> const shape_member& {
    for (const auto& m : job)
      if (m.name == name)
        return m;
    FAIL("no member " << name);
    return job.front();
  };
  CHECK(find("type").required);
  CHECK(find("priority").value.minimum == "-1000");
  CHECK(find("cost").default_value == "1");
  CHECK(find("traceparent").value.type == "string");
  for (const auto& m : job)
    CHECK(m.name != "batch_key"); // Only stored, never on the wire.
  const auto& dedup = find_method("type.put")->params().members;
  for (const auto& m : dedup)
    if (m.name == "dedup")
      CHECK(m.value.words == std::vector<std::string_view>{"return", "replace"});
}
