// A member that may be absent: std::optional and boxed have the same form on the wire.
#include "engine/boxed.hpp"
#include "wire/merging.hpp"
#include "wire/reading.hpp"
#include "wire/schema.hpp"
#include "wire/writing.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

namespace rota::wire {

struct labelled {
  std::optional<std::string> label;
  engine::boxed<std::string> rare_label;
};
void members(auto& io, engine::form_of<labelled> auto& l) {
  io("label", l.label, engine::any_json);
  io("rare_label", l.rare_label, omit_if_none(engine::any_json));
}

namespace {

labelled read_labelled(std::string_view text) {
  std::optional<flaw> wrong;
  labelled value;
  const bool good = read(param{json_value{text}, wrong}, engine::any_value, value);
  CHECK(good);
  CHECK_FALSE(wrong);
  return value;
}

std::string write_labelled(const labelled& value) {
  std::string text;
  json_writer out{text};
  write(out, value);
  return text;
}

TEST_CASE("A boxed member is read and written like an optional one") {
  const auto both = read_labelled(R"({"label":[1], "rare_label":{"a": 2}})");
  CHECK(both.label == R"([1])");
  REQUIRE(both.rare_label);
  CHECK(*both.rare_label == R"({"a": 2})");
  CHECK(write_labelled(both) == R"({"label":[1],"rare_label":{"a": 2}})");
}

TEST_CASE("An absent member is null or omitted, as its rule says") {
  const auto none = read_labelled("{}");
  CHECK_FALSE(none.label);
  CHECK_FALSE(none.rare_label);
  CHECK(write_labelled(none) == R"({"label":null})");
}

TEST_CASE("A boxed member has the schema of an optional one") {
  const auto shape = object_shape<labelled>(direction::shown);
  REQUIRE(shape.members.size() == 2);
  CHECK(shape.members[0].value.type == shape.members[1].value.type);
  CHECK(shape.members[0].value.nullable);
  CHECK_FALSE(shape.members[1].value.nullable);
}

} // namespace
} // namespace rota::wire
