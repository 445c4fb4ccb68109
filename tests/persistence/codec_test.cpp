// The formats of journal and rows: every value survives a round trip; other bytes are refused.
#include "tests/persistence/samples.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace rota::persistence;
using namespace rota::persistence::samples;
namespace engine = rota::engine;

namespace {

/// Whether any reader accepts the bytes. Readers must have no effect other than their result.
bool anyone_reads(std::string_view bytes) {
  const bool group = decode_group(bytes).has_value();
  const bool rows = decode_job_row(bytes) || decode_dedup_row(bytes) || decode_marks_row(bytes) ||
                    decode_position_row(bytes) || decode_directory_row(bytes);
  const bool history = decode_history(bytes) || find_in_history(bytes, ended_jobs()[0].number);
  return group || rows || history;
}

/// Calls `use(bytes, decode)` for a row of each kind, all members set.
template <class Use>
void for_each_row(Use use) {
  use(encode_row(full<job_row>()), decode_job_row);
  use(encode_row(full<dedup_row>()), decode_dedup_row);
  use(encode_row(full<marks_row>()), decode_marks_row);
  use(encode_row(full<position_row>()), decode_position_row);
  use(encode_row(records().front()), decode_directory_row);
}

/// A list as a later version might have it, with more members at its end.
struct grown_row {
  dedup_row before;
  std::string label;
  std::uint32_t weight = 5;
  bool operator==(const grown_row&) const = default;
};
void members(auto& io, form_of<grown_row> auto& r) {
  io.flat(r.before);
  io("label", r.label);
  io("weight", r.weight);
}

template <class T>
std::string bytes_of(const T& value) {
  std::string bytes;
  byte_writer out{bytes};
  encode_value(out, value);
  return bytes;
}
template <class T>
std::optional<T> value_of(std::string_view bytes) {
  byte_reader in{bytes};
  auto value = decode_value<T>(in);
  return in.ok() && in.at_end() ? std::optional{value} : std::nullopt;
}

} // namespace

TEST_CASE("every record survives a round trip with every member set and with none") {
  for (const auto& record : records()) {
    const auto bytes = group_of({record});
    INFO("kind " << int{static_cast<unsigned char>(bytes[1])});
    CHECK((decode_group(bytes) == std::vector{record}));
    CHECK((decode_directory_row(encode_row(record)) == record));
  }
}

TEST_CASE("a group keeps its records in their order") {
  CHECK((decode_group(group_of(records())) == records()));
  CHECK((decode_group(group_of({})) == std::vector<journal_record>{}));
}

TEST_CASE("rows and history survive a round trip") {
  CHECK((decode_job_row(encode_row(full<job_row>())) == full<job_row>()));
  CHECK((decode_job_row(encode_row(job_row{})) == job_row{}));
  CHECK((decode_dedup_row(encode_row(full<dedup_row>())) == full<dedup_row>()));
  CHECK((decode_dedup_row(encode_row(dedup_row{})) == dedup_row{}));
  CHECK((decode_marks_row(encode_row(full<marks_row>())) == full<marks_row>()));
  CHECK((decode_marks_row(encode_row(marks_row{})) == marks_row{}));
  CHECK((decode_position_row(encode_row(full<position_row>())) == full<position_row>()));
  CHECK((decode_history(encode_history(ended_jobs())) == ended_jobs()));
  CHECK(decode_history(encode_history({}))->empty());
}

TEST_CASE(
    "a new member at the end of a list reads old bytes, and new bytes that don't use it are old") {
  const auto old = full<dedup_row>();
  CHECK(value_of<grown_row>(bytes_of(old)) == grown_row{old, {}, 5});
  CHECK(bytes_of(grown_row{old, {}, 5}) == bytes_of(old));
  const grown_row grown{old, "blue", 6};
  CHECK(value_of<grown_row>(bytes_of(grown)) == grown);
  CHECK_FALSE(value_of<dedup_row>(bytes_of(grown))); // Nothing is dropped silently.
}

TEST_CASE("a value like the default one takes one byte") {
  CHECK(bytes_of(engine::type_settings{}).size() == 1);
  CHECK(bytes_of(engine::job_spec{}).size() == 1);
}

TEST_CASE("one job is found in a block of history without the others") {
  const auto jobs = ended_jobs();
  const auto block = encode_history(jobs);
  for (const auto& job : jobs)
    CHECK(find_in_history(block, job.number) == job);
  CHECK_FALSE(find_in_history(block, {~0ULL}));
}

TEST_CASE("the bytes of a pushed job beyond its payload are few") {
  engine::job_spec spec;
  spec.payload = std::string(256, 'x');
  const auto at = engine::from_us(1'795'262'400'000'001);
  const auto bytes = group_of(
      {queue_event{{1000}, engine::job_pushed{engine::make_serial(1, 1'000'000), spec, at}}});
  CHECK(bytes.size() <= 256 + 27);
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
    CHECK((decode_group(group_of({event})) == std::vector<journal_record>{event}));
  }
}

TEST_CASE("texts keep every byte, NUL and all") {
  queue_opened opened{{1}, std::string("a\0\xFF\n", 4), std::string(100'000, '\0')};
  CHECK((decode_group(group_of({opened})) == std::vector<journal_record>{opened}));
}

TEST_CASE("bytes that end too early are refused at every length") {
  for (const auto& record : records()) {
    const auto bytes = group_of({record});
    for (std::size_t length = 2; length < bytes.size(); ++length)
      CHECK_FALSE(decode_group(std::string_view{bytes}.substr(0, length)).has_value());
  }
  CHECK_FALSE(decode_group("").has_value());
  for_each_row([](const std::string& bytes, auto decode) {
    bool refused = true;
    for (std::size_t length = 0; length < bytes.size(); ++length)
      refused = refused && !decode(std::string_view{bytes}.substr(0, length));
    CHECK(refused);
  });
}

TEST_CASE("bytes left over are refused") {
  CHECK_FALSE(decode_group(group_of(records()) + '\0').has_value());
  CHECK_FALSE(decode_history(encode_history(ended_jobs()) + '\0'));
  for_each_row(
      [](const std::string& bytes, auto decode) { CHECK_FALSE(decode(bytes + '\0').has_value()); });
}

TEST_CASE("any flipped byte is refused or read as something else, without harm") {
  std::vector<std::string> values{group_of(records()), encode_history(ended_jobs())};
  for_each_row([&](const std::string& bytes, auto) { values.push_back(bytes); });
  std::size_t taken = 0;
  for (const auto& value : values)
    for (std::size_t i = 0; i < value.size(); ++i)
      for (const unsigned flip : {0x01U, 0x80U, 0x7FU, 0xFFU}) {
        auto bytes = value;
        bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ flip);
        taken += anyone_reads(bytes) ? 1 : 0;
      }
  CHECK(taken > 0); // Changing a byte of a text usually leaves it valid.
}

TEST_CASE("another version is refused") {
  for (const char version : {'\0', '\1', '\3', '\xFF'}) {
    const auto other = [&](std::string bytes) {
      bytes[0] = version;
      return bytes;
    };
    CHECK_FALSE(anyone_reads(other(group_of(records()))));
    CHECK_FALSE(anyone_reads(other(encode_history(ended_jobs()))));
    for_each_row([&](const std::string& bytes, auto) { CHECK_FALSE(anyone_reads(other(bytes))); });
  }
}

TEST_CASE("a kind of record that we don't know is refused") {
  for (int kind = 0; kind < 256; ++kind) {
    const bool known = (kind >= 1 && kind <= 10) || (kind >= 32 && kind <= 35);
    const char version = static_cast<char>(format_version);
    const std::string bytes{version, static_cast<char>(kind), '\0'};
    CHECK_FALSE(decode_group(bytes).has_value()); // No record is complete without a body.
    if (!known) {
      const std::string with_body{version, static_cast<char>(kind), '\1', '\0'};
      CHECK_FALSE(decode_group(with_body).has_value());
    }
  }
}

TEST_CASE("a length that lies costs nothing") {
  // Kind and length, then a count or length of 2^60 where one is expected.
  const std::string huge = "\x80\x80\x80\x80\x80\x80\x80\x80\x10";
  const std::string version(1, static_cast<char>(format_version));
  const auto with = [&](const std::string& body) {
    return version + '\3' + static_cast<char>(body.size()) + body;
  };
  CHECK_FALSE(decode_group(with(std::string{'\1', '\2'} + huge)).has_value());
  CHECK_FALSE(decode_group(version + '\3' + huge).has_value());
  CHECK_FALSE(decode_group(version + '\41' + '\13' + '\2' + huge + "x").has_value());
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
  auto row = full<job_row>();
  row.record.spec.options.trace->parent = "00";
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
