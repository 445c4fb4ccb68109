// Files written by version 2. They never change, and are read as long as that version is supported.
// A new version adds its own files. For a member that is added later, its sample is kept beside the
// one in these files.
#include "tests/persistence/samples.hpp"
#include "tests/support/files.hpp"

#include <catch2/catch.hpp>

using namespace rota::persistence;
using namespace rota::persistence::samples;

namespace {

using ms = rota::engine::milliseconds;

setting_changed plain_type() {
  return {setting_kind::type, "plain", rota::engine::type_settings{}};
}

std::string fixture(const char* name) {
  const auto bytes = rota::tests::read_whole(std::string{"tests/persistence/fixtures/"} + name);
  INFO("reading " << name);
  REQUIRE_FALSE(bytes.empty());
  return bytes;
}

} // namespace

TEST_CASE("a journal group of version 2 is read as it was written") {
  const auto back = decode_group(fixture("v2_journal_group.bin"));
  REQUIRE(back.has_value());
  CHECK((*back == records()));
}

TEST_CASE("rows of version 2 are read as they were written") {
  CHECK((decode_job_row(fixture("v2_job_row.bin")) == full<job_row>()));
  CHECK((decode_dedup_row(fixture("v2_dedup_row.bin")) == full<dedup_row>()));
  CHECK((decode_marks_row(fixture("v2_marks_row.bin")) == full<marks_row>()));
  CHECK((decode_position_row(fixture("v2_position_row.bin")) == full<position_row>()));
  CHECK((decode_history(fixture("v2_history.bin")) == ended_jobs()));
}

// Defaults are part of the format: a value that was never set is stored as one byte.
TEST_CASE("a setting that was never changed means in version 2 what it meant") {
  const auto row = decode_directory_row(fixture("v2_plain_type_row.bin"));
  REQUIRE(row.has_value());
  const auto type = std::get<rota::engine::type_settings>(*std::get<setting_changed>(*row).value);
  CHECK(type.retry == rota::engine::retry_settings{3, ms{1000}, ms{600'000}, true});
  CHECK(type.max_crashes == 3);
  CHECK(type.lease == ms{30'000});
  CHECK(type.poll.max == ms{60'000});
  CHECK(type.poll.factor == 2.0);
  CHECK(type.dedup_for == ms{3'600'000});
  CHECK(type.age == ms{60'000});
}

TEST_CASE("what is written now is version 2 to the byte") {
  CHECK(group_of(records()) == fixture("v2_journal_group.bin"));
  CHECK(encode_row(full<job_row>()) == fixture("v2_job_row.bin"));
  CHECK(encode_row(full<dedup_row>()) == fixture("v2_dedup_row.bin"));
  CHECK(encode_row(full<marks_row>()) == fixture("v2_marks_row.bin"));
  CHECK(encode_row(full<position_row>()) == fixture("v2_position_row.bin"));
  CHECK(encode_row(plain_type()) == fixture("v2_plain_type_row.bin"));
  CHECK(encode_history(ended_jobs()) == fixture("v2_history.bin"));
}
