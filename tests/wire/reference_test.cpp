// docs/openrpc.json and docs/reference.md are made from the tables of the code, by `./dev docs`.
#include "json/check.hpp"
#include "json/slice.hpp"
#include "wire/methods.hpp"
#include "wire/schema.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

using namespace rota;
using namespace rota::wire;

namespace {

/// The version isn't the document's business: it would change with each release.
constexpr std::string_view any_version = "0";

std::string content_of(const char* path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Compares, or writes the file when ROTA_WRITE_DOCS is set.
void is_in(const char* path, const std::string& made) {
  if (std::getenv("ROTA_WRITE_DOCS") != nullptr)
    std::ofstream{path, std::ios::binary} << made;
  INFO(path << " is out of date: type ./dev docs");
  CHECK((content_of(path) == made));
}

json_value member(json_value object, std::string_view name) {
  return object.as_object().find(name).value_or(json_value{});
}

} // namespace

TEST_CASE("the documents are those that the code makes") {
  is_in("docs/openrpc.json", openrpc_document(any_version) + '\n');
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
  CHECK(find("priority").value.least == "-1000");
  CHECK(find("cost").standard == "1");
  CHECK(find("traceparent").value.type == "string");
  for (const auto& m : job)
    CHECK(m.name != "batch_key"); // Of the store alone.
  const auto& dedup = find_method("type.put")->params().members;
  for (const auto& m : dedup)
    if (m.name == "dedup")
      CHECK(m.value.words == std::vector<std::string_view>{"return", "replace"});
}
