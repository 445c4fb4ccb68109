// Files that version 1 wrote: they are read as long as the version is supported, so they never
// change. A new version adds files of its own, and so does a member that came later.
#include "tests/persistence/codec_samples.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace rota::persistence;
using namespace rota::persistence::samples;

namespace {

std::string fixture(const char* name) {
  const auto path = std::filesystem::path{"tests/persistence/fixtures"} / name;
  std::ifstream file{path, std::ios::binary};
  INFO("reading " << path);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

TEST_CASE("a journal group of version 1 is read as it was written") {
  const auto back = decode_group(fixture("v1_journal_group.bin"));
  REQUIRE(back.has_value());
  CHECK(same(*back, records()));
}

TEST_CASE("rows of version 1 are read as they were written") {
  CHECK(decode_job_row(fixture("v1_job_row.bin")) == full_row());
  CHECK(decode_job_row(fixture("v1_traced_job_row.bin")) == traced_row());
  CHECK(decode_dedup_row(fixture("v1_dedup_row.bin")) == full_key());
  const auto share = decode_share_row(fixture("v1_share_row.bin"));
  REQUIRE(share.has_value());
  CHECK(same(*share, full_share()));
  const auto type = decode_directory_row(fixture("v1_type_row.bin"));
  REQUIRE(type.has_value());
  CHECK(same(*type, settings().front()));
}

TEST_CASE("history of version 1 is read as it was written") {
  CHECK(decode_history(fixture("v1_history.bin")) == ended_jobs());
}

TEST_CASE("what is written now is version 1 to the byte") {
  CHECK(group_of(records()) == fixture("v1_journal_group.bin"));
  CHECK(encode_row(full_row()) == fixture("v1_job_row.bin"));
  CHECK(encode_row(traced_row()) == fixture("v1_traced_job_row.bin"));
  CHECK(encode_row(full_key()) == fixture("v1_dedup_row.bin"));
  CHECK(encode_row(full_share()) == fixture("v1_share_row.bin"));
  CHECK(encode_row(settings().front()) == fixture("v1_type_row.bin"));
  CHECK(encode_history(ended_jobs()) == fixture("v1_history.bin"));
}
