#include "persistence/damage/crc32c.hpp"
#include "persistence/damage/rocks_format.hpp"
#include "persistence/damage/wal_check.hpp"
#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace rota::persistence;
using namespace rota::persistence::testing;

namespace {

constexpr std::size_t block_size = 32 * 1024;
constexpr std::size_t header_size = 7;

// A log in RocksDB's format, with the ends of its records.
struct written_log {
  std::string bytes;
  std::vector<std::size_t> ends;
  /// positions of trailing bytes in blocks, which belong to no record
  std::vector<std::size_t> trailers;

  void fragment(std::string_view payload, char type) {
    const std::string summed = type + std::string(payload);
    const std::uint32_t sum = masked(crc32c(summed));
    for (int byte = 0; byte < 4; ++byte)
      bytes.push_back(static_cast<char>(sum >> (8 * byte)));
    bytes.push_back(static_cast<char>(payload.size()));
    bytes.push_back(static_cast<char>(payload.size() >> 8));
    bytes += summed;
  }

  void record(std::string_view payload) {
    bool first = true;
    do {
      std::size_t left = block_size - bytes.size() % block_size;
      for (; left < header_size; --left) {
        trailers.push_back(bytes.size());
        bytes.push_back('\0');
        if (left == 1)
          left = block_size + 1;
      }
      const auto part = payload.substr(0, left - header_size);
      payload.remove_prefix(part.size());
      const bool last = payload.empty();
      fragment(part, static_cast<char>(first ? (last ? 1 : 2) : (last ? 4 : 3)));
      first = false;
    } while (!payload.empty());
    ends.push_back(bytes.size());
  }
};

written_log random_log(std::uint32_t seed) {
  std::mt19937 random(seed);
  written_log log;
  while (log.bytes.size() < 2 * block_size + 1000) {
    const std::size_t size = random() % 8 == 0 ? random() % 40'000 : random() % 700;
    std::string payload(size, '\0');
    std::generate(payload.begin(), payload.end(), [&] { return static_cast<char>(random()); });
    log.record(payload + '\x5a');
  }
  return log;
}

struct checker {
  test_folder folder;

  log_result operator()(std::string_view bytes) {
    write_all(folder / "000001.log", bytes);
    auto result = check_log(folder / "000001.log");
    REQUIRE(result.has_value());
    return *result;
  }
};

} // namespace

TEST_CASE("the sum is CRC-32C", "[log_check]") {
  CHECK(crc32c("123456789") == 0xe3069283);
  CHECK(crc32c("") == 0);
  CHECK(crc32c("6789", crc32c("12345")) == 0xe3069283);
}

TEST_CASE("a log whose records are whole is whole", "[log_check]") {
  checker check;
  CHECK(check("").end == log_end::whole);
  CHECK(check(random_log(1).bytes).end == log_end::whole);
}

TEST_CASE("a log that stops anywhere is torn at its last record, or whole between two",
          "[log_check]") {
  const auto seed = GENERATE(range(1U, 4U));
  CAPTURE(seed);
  checker check;
  const auto log = random_log(seed);
  for (std::size_t size = 0; size <= log.bytes.size();
       size += size + 600 > log.bytes.size() ? 1 : 61) {
    CAPTURE(size);
    const auto result = check(std::string_view(log.bytes).substr(0, size));
    const auto next = std::upper_bound(log.ends.begin(), log.ends.end(), size);
    const std::size_t begin = next == log.ends.begin() ? 0 : *(next - 1);
    // Within a block's trailer both results are correct, because no record has begun.
    const bool between =
        begin == size ||
        std::count(log.trailers.begin(), log.trailers.end(), begin) + begin >= size;
    if (!between) {
      REQUIRE(result.end == log_end::torn);
      REQUIRE(result.offset >= begin);
      REQUIRE(result.offset <= size);
    } else {
      REQUIRE(result.end != log_end::damaged);
    }
  }
}

TEST_CASE("a byte that is changed anywhere is damage, never a torn end", "[log_check]") {
  const auto seed = GENERATE(range(1U, 4U));
  CAPTURE(seed);
  checker check;
  const auto log = random_log(seed);
  std::mt19937 random(seed);
  for (std::size_t at = 0; at<log.bytes.size(); at += at + 400> log.bytes.size() ? 1 : 61) {
    if (std::count(log.trailers.begin(), log.trailers.end(), at) > 0)
      continue;
    auto bytes = log.bytes;
    const char masks[] = {'\x01', '\x04', '\x80', '\xff', static_cast<char>(1 + random() % 255)};
    const char mask = masks[random() % std::size(masks)];
    CAPTURE(at, static_cast<int>(mask));
    bytes[at] = static_cast<char>(bytes[at] ^ mask);
    REQUIRE(check(bytes).end == log_end::damaged);
  }
}

TEST_CASE("every byte of every header of a log's last block is watched", "[log_check]") {
  checker check;
  written_log log;
  for (int record = 0; record < 12; ++record)
    log.record(std::string(static_cast<std::size_t>(20 + 37 * record), 'x'));
  for (std::size_t record = 0; record < log.ends.size(); ++record) {
    const std::size_t begin = record == 0 ? 0 : log.ends[record - 1];
    for (std::size_t at = begin; at < begin + header_size; ++at) {
      for (unsigned mask = 1; mask < 256; mask += mask < 16 ? 1 : 7) {
        auto bytes = log.bytes;
        bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(mask));
        const auto result = check(bytes);
        CAPTURE(record, at, mask);
        REQUIRE(result.end == log_end::damaged);
        REQUIRE(result.offset == begin);
      }
    }
  }
}

TEST_CASE("pages that the disk never took read as zeros: a torn end", "[log_check]") {
  checker check;
  written_log log;
  log.record(std::string(3000, 'a'));
  const std::size_t begin = log.bytes.size();
  log.record(std::string(100'000, 'b'));
  const auto is_torn_at = [&](std::size_t offset, const std::string& bytes) {
    const auto result = check(bytes);
    CHECK(result.end == log_end::torn);
    CHECK(result.offset == offset);
  };
  auto bytes = log.bytes;
  SECTION("from a sector on to the end") {
    std::fill(bytes.begin() + 10 * 512, bytes.end(), '\0');
    is_torn_at(begin, bytes);
  }
  SECTION("one page in the middle") {
    std::fill(bytes.begin() + 8 * 4096, bytes.begin() + 9 * 4096, '\0');
    is_torn_at(begin, bytes);
  }
  SECTION("nothing but zeros after the last record") {
    is_torn_at(log.bytes.size(), bytes + std::string(5000, '\0'));
  }
  SECTION("but before a later record it is damage: what is missing was acknowledged") {
    log.record("later");
    bytes = log.bytes;
    std::fill(bytes.begin() + 8 * 4096, bytes.begin() + 9 * 4096, '\0');
    CHECK(check(bytes).end == log_end::damaged);
  }
}

TEST_CASE("only the log that was written last may be torn", "[log_check]") {
  const test_folder folder;
  written_log log;
  log.record("first");
  const auto whole = log.bytes;
  log.record("second");
  const auto torn = log.bytes.substr(0, log.bytes.size() - 1);
  write_all(folder / "000001.log", whole);
  write_all(folder / "000002.log", torn);
  write_all(folder / "000003.log", "");
  CHECK(check_logs(folder.path()));
  CHECK(read_whole(folder / "000002.log") == whole);
  write_all(folder / "000001.log", torn);
  const auto refused = check_logs(folder.path());
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == store_errc::corrupt);
  CHECK(read_whole(folder / "000001.log") == torn);
}
