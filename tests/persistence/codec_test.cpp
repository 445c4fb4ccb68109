// The formats of journal and rows: everything comes back as it was, and nothing else is taken.
#include "tests/persistence/codec_samples.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace rota::persistence;
using namespace rota::persistence::samples;
namespace engine = rota::engine;

namespace {

/// Whether any reader takes the bytes; none may do more than say so.
bool anyone_reads(std::string_view bytes) {
  const bool group = decode_group(bytes).has_value();
  const bool rows = decode_job_row(bytes) || decode_dedup_row(bytes) || decode_share_row(bytes) ||
                    decode_directory_row(bytes);
  const bool history = decode_history(bytes) || find_in_history(bytes, first);
  return group || rows || history;
}

} // namespace

TEST_CASE("every record survives a round trip with every member set and with none") {
  for (const auto& record : records()) {
    const auto bytes = group_of({record});
    INFO("kind " << int{static_cast<unsigned char>(bytes[1])});
    const auto back = decode_group(bytes);
    REQUIRE(back.has_value());
    REQUIRE(back->size() == 1);
    CHECK(same(back->front(), record));
  }
}

TEST_CASE("a group keeps its records in their order") {
  const auto all = records();
  const auto back = decode_group(group_of(all));
  REQUIRE(back.has_value());
  CHECK(same(*back, all));
}

TEST_CASE("a group without records is a group") {
  const auto back = decode_group(group_of({}));
  REQUIRE(back.has_value());
  CHECK(back->empty());
}

TEST_CASE("rows and history survive a round trip") {
  CHECK(decode_job_row(encode_row(full_row())) == full_row());
  CHECK(decode_job_row(encode_row(job_row{})) == job_row{});
  CHECK(decode_dedup_row(encode_row(full_key())) == full_key());
  CHECK(decode_dedup_row(encode_row(dedup_row{})) == dedup_row{});
  CHECK(same(decode_share_row(encode_row(full_share())).value(), full_share()));
  for (const auto& record : records())
    CHECK(same(decode_directory_row(encode_row(record)).value(), record));
  CHECK(decode_history(encode_history(ended_jobs())) == ended_jobs());
  CHECK(decode_history(encode_history({}))->empty());
}

TEST_CASE("one job is found in a block of history without the others") {
  const auto jobs = ended_jobs();
  const auto block = encode_history(jobs);
  for (const auto& job : jobs)
    CHECK(find_in_history(block, job.number) == job);
  CHECK_FALSE(find_in_history(block, {first.value + 2}));
}

TEST_CASE("the bytes of a pushed job beyond its payload are few") {
  engine::job_spec spec;
  spec.payload = std::string(256, 'x');
  const auto bytes = group_of(
      {queue_event{{1000}, engine::job_pushed{engine::make_serial(1, 1'000'000), spec, noon}}});
  CHECK(bytes.size() <= 256 + 26);
}

TEST_CASE("numbers at their ends come back") {
  for (const std::int64_t us : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                std::int64_t{0}, std::numeric_limits<std::int64_t>::max()}) {
    engine::jobs_taken taken;
    taken.at = engine::from_us(us);
    taken.deadline = engine::from_us(~us);
    taken.attempt = {std::numeric_limits<std::uint64_t>::max()};
    taken.jobs = {{0}, taken.attempt, {1}, taken.attempt};
    taken.mark.tag.units = std::numeric_limits<signed_wide>::min();
    taken.mark.pool_time.units = std::numeric_limits<signed_wide>::max();
    const queue_event event{{std::numeric_limits<std::uint32_t>::max()}, taken};
    CHECK(same(decode_group(group_of({event})).value(), {event}));
  }
}

TEST_CASE("texts keep every byte, NUL and all") {
  queue_opened opened{{1}, std::string("a\0\xFF\n", 4), std::string(100'000, '\0')};
  CHECK(same(decode_group(group_of({opened})).value(), {opened}));
}

TEST_CASE("bytes that end too early are refused at every length") {
  for (const auto& record : records()) {
    const auto bytes = group_of({record});
    for (std::size_t length = 2; length < bytes.size(); ++length)
      CHECK_FALSE(decode_group(std::string_view{bytes}.substr(0, length)).has_value());
  }
  CHECK_FALSE(decode_group("").has_value());
  const auto refuses = [](const std::string& bytes, auto decode) {
    for (std::size_t length = 0; length < bytes.size(); ++length)
      if (decode(std::string_view{bytes}.substr(0, length)))
        return false;
    return true;
  };
  CHECK(refuses(encode_row(full_row()), decode_job_row));
  CHECK(refuses(encode_row(full_key()), decode_dedup_row));
  CHECK(refuses(encode_row(full_share()), decode_share_row));
  CHECK(refuses(encode_row(records().front()), decode_directory_row));
}

TEST_CASE("bytes left over are refused") {
  const auto more = [](std::string bytes) { return bytes + '\0'; };
  CHECK_FALSE(decode_group(more(group_of(records()))).has_value());
  CHECK_FALSE(decode_job_row(more(encode_row(full_row()))));
  CHECK_FALSE(decode_dedup_row(more(encode_row(full_key()))));
  CHECK_FALSE(decode_share_row(more(encode_row(full_share()))).has_value());
  CHECK_FALSE(decode_directory_row(more(encode_row(records().front()))).has_value());
  CHECK_FALSE(decode_history(more(encode_history(ended_jobs()))));
}

TEST_CASE("any flipped byte is refused or read as something else, without harm") {
  const std::string values[] = {group_of(records()), encode_row(full_row()), encode_row(full_key()),
                                encode_row(full_share()), encode_history(ended_jobs())};
  std::size_t taken = 0;
  for (const auto& value : values)
    for (std::size_t i = 0; i < value.size(); ++i)
      for (const unsigned flip : {0x01U, 0x80U, 0x7FU, 0xFFU}) {
        auto bytes = value;
        bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ flip);
        taken += anyone_reads(bytes) ? 1 : 0;
      }
  CHECK(taken > 0); // Most of a text's bytes are as good as any others.
}

TEST_CASE("another version is refused") {
  for (const char version : {'\0', '\2', '\xFF'}) {
    const auto other = [&](std::string bytes) {
      bytes[0] = version;
      return bytes;
    };
    CHECK_FALSE(anyone_reads(other(group_of(records()))));
    CHECK_FALSE(anyone_reads(other(encode_row(full_row()))));
    CHECK_FALSE(anyone_reads(other(encode_history(ended_jobs()))));
  }
}

TEST_CASE("a kind of record that we don't know is refused") {
  for (int kind = 0; kind < 256; ++kind) {
    const bool known = (kind >= 1 && kind <= 8) || (kind >= 32 && kind <= 35);
    const std::string bytes{'\1', static_cast<char>(kind), '\0'};
    CHECK_FALSE(decode_group(bytes).has_value()); // Without a body none is whole.
    if (!known) {
      const std::string with_body{'\1', static_cast<char>(kind), '\1', '\0'};
      CHECK_FALSE(decode_group(with_body).has_value());
    }
  }
}

TEST_CASE("a length that lies costs nothing") {
  // Kind, length and then a count or length of 2^60 in a place where one is expected.
  const std::string huge = "\x80\x80\x80\x80\x80\x80\x80\x80\x10";
  const auto with = [&](const std::string& body) {
    return std::string{'\1', '\3', static_cast<char>(body.size())} + body;
  };
  CHECK_FALSE(decode_group(with(std::string{'\1', '\1'} + huge)).has_value());
  CHECK_FALSE(decode_group(std::string{'\1', '\3'} + huge).has_value());
  CHECK_FALSE(decode_group(std::string{'\1', '\41', '\13', '\1'} + huge + "x").has_value());
}

TEST_CASE("values that the engine could not live with are refused") {
  const auto refused = [](setting_kind kind, setting value) {
    return !decode_directory_row(encode_row(setting_changed{kind, "x", value})).has_value();
  };
  CHECK(refused(setting_kind::tenant, engine::tenant_settings{{0}, {}, {}, false}));
  CHECK(refused(setting_kind::key, engine::key_settings{{}, engine::rate_settings{0.0, 1.0}}));
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refused(setting_kind::key, engine::key_settings{{}, engine::rate_settings{1.0, nan}}));
  engine::type_settings type;
  type.batch = engine::batch_settings{0, engine::milliseconds{0}, ""};
  CHECK(refused(setting_kind::type, type));
  auto row = traced_row();
  row.record.spec.trace->parent = "00";
  CHECK_FALSE(decode_job_row(encode_row(row)));
}

TEST_CASE("a number has one spelling and must fit") {
  const auto read = [](std::string_view bytes) {
    byte_reader in{bytes};
    const auto x = in.varint();
    return in.ok() && in.at_end() ? std::optional{x} : std::nullopt;
  };
  CHECK(read(std::string_view{"\0", 1}) == 0U);
  CHECK(read("\x7F") == 127U);
  CHECK(read("\x80\x01") == 128U);
  CHECK(read("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01") ==
        std::numeric_limits<std::uint64_t>::max());
  CHECK_FALSE(read(std::string_view{"\x80\0", 2}));
  CHECK_FALSE(read("\x80"));
  CHECK_FALSE(read("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"));
  CHECK_FALSE(read("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x81\x01"));
  CHECK_FALSE(read(""));
}
