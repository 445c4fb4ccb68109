#include "persistence/store/format.hpp"
#include "persistence/store/store.hpp"
#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

using namespace rota::persistence;
using namespace rota::persistence::testing;

namespace fs = std::filesystem;

namespace {

// How many bytes of a file are sampled at its ends and between them.
constexpr std::size_t inner_samples = 60;
constexpr std::size_t head_samples = 40;
constexpr std::size_t tail_samples = 120;

// A store as left by a killed process, and the groups that it had acknowledged.
class crash_image {
public:
  crash_image() {
    const auto store = open_store(folder_ / "image", {.journal_bytes_max = 1 << 20});
    fill(*store);
    groups_ = groups_of(*store);
    rows_ = rows_of(*store, {table::jobs});
    fs::copy(folder_ / "image", folder_ / "killed", fs::copy_options::recursive);
  }

  [[nodiscard]] fs::path killed() const { return folder_ / "killed"; }
  [[nodiscard]] const std::vector<kept_group>& groups() const { return groups_; }

  // Returns a fresh copy, to be damaged and opened.
  [[nodiscard]] fs::path copy() const {
    const auto target = folder_ / "copy";
    fs::remove_all(target);
    fs::copy(killed(), target, fs::copy_options::recursive);
    return target;
  }

  enum class outcome { intact, refused, lost };

  // Opens the copy and compares it with the acknowledged groups.
  [[nodiscard]] outcome open(const fs::path& copy) const {
    auto opened = store::open(copy, {.journal_bytes_max = 1 << 20});
    if (opened.has_error()) {
      CHECK_FALSE(opened.error().message.empty());
      return outcome::refused;
    }
    const bool same = groups_of(**opened) == groups_ && rows_of(**opened, {table::jobs}) == rows_;
    return same ? outcome::intact : outcome::lost;
  }

private:
  static void fill(store& store) {
    std::uint64_t at = 0;
    const auto commit = [&](std::size_t bytes) {
      ++at;
      REQUIRE(store.commit({at}, {at}, std::string(bytes, static_cast<char>('a' + at % 26))));
    };
    for (int group = 0; group < 20; ++group)
      commit(50 + 31 * static_cast<std::size_t>(group));
    std::vector<row_change> rows;
    for (int row = 0; row < 300; ++row)
      rows.push_back({table::jobs, "job " + std::to_string(row), std::string(80, 'r')});
    REQUIRE(store.write_rows(rows));
    REQUIRE(store.cut_journal({10}));
    commit(40'000);
    for (int group = 0; group < 30; ++group)
      commit(20 + 17 * static_cast<std::size_t>(group));
    REQUIRE(store.write_rows(std::vector<row_change>{{table::jobs, "last", "row"}}));
    REQUIRE(store.flush_rows());
    commit(33);
  }

  test_folder folder_;
  std::vector<kept_group> groups_;
  kept_rows rows_;
};

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.file_size() > 0)
      files.push_back(fs::relative(entry.path(), folder));
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool holds_no_data(const fs::path& file) {
  const auto name = file.filename().string();
  return name.starts_with("LOG") || name == "LOCK" || name == "IDENTITY" ||
         name.starts_with("OPTIONS");
}

std::vector<std::size_t> sampled_bytes(const fs::path& file, std::size_t size) {
  std::vector<std::size_t> samples;
  const bool sparse = holds_no_data(file);
  const std::size_t head = std::min(size, sparse ? 2 : head_samples);
  const std::size_t tail = std::min(size - head, sparse ? 2 : tail_samples);
  const std::size_t step =
      std::max<std::size_t>(1, (size - head - tail) / (sparse ? 4 : inner_samples));
  for (std::size_t at = 0; at < size;) {
    samples.push_back(at);
    at += at < head || at + tail >= size ? 1 : std::min(step, size - tail - at);
  }
  return samples;
}

fs::path last_log(const fs::path& folder) {
  fs::path last;
  for (const auto& file : files_of(folder)) {
    if (file.extension() == ".log" && file.string() > last.string())
      last = file;
  }
  return folder / last;
}

void expect_corrupt(const fs::path& folder, std::string_view word) {
  const auto error = open_error(folder);
  CHECK(error.code == store_errc::corrupt);
  CAPTURE(error.message);
  CHECK(error.message.find(word) != std::string::npos);
  CHECK(error.message.find("backup") != std::string::npos);
}

} // namespace

TEST_CASE("what a killed process leaves opens with all that was acknowledged", "[corruption]") {
  const crash_image image;
  CHECK(image.groups().size() == 42);
  CHECK(image.open(image.copy()) == crash_image::outcome::intact);
}

TEST_CASE("a flipped byte at any place of the store is refused, or harms nothing",
          "[corruption][slow]") {
  const crash_image image;
  constexpr unsigned char masks[] = {0x80, 0x01, 0xff, 0x04, 0x20};
  std::size_t turn = 0;
  std::size_t refused = 0;
  for (const auto& file : files_of(image.killed())) {
    const auto original = read_whole(image.killed() / file);
    for (const auto at : sampled_bytes(file, original.size())) {
      const auto mask = masks[turn++ % std::size(masks)];
      auto bytes = original;
      bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(mask));
      const auto copy = image.copy();
      write_all(copy / file, bytes);
      CAPTURE(file.string(), at, static_cast<int>(mask));
      const auto outcome = image.open(copy);
      REQUIRE(outcome != crash_image::outcome::lost);
      refused += outcome == crash_image::outcome::refused ? 1 : 0;
      if (holds_no_data(file))
        REQUIRE(outcome == crash_image::outcome::intact);
    }
  }
  CHECK(refused > 500);
}

TEST_CASE("a log that stops inside its last record opens with all before it", "[corruption]") {
  const crash_image image;
  const auto log = fs::relative(last_log(image.killed() / "journal"), image.killed());
  const auto size = fs::file_size(image.killed() / log);
  for (std::uint64_t cut = 1; cut < image.groups().back().bytes.size(); ++cut) {
    const auto copy = image.copy();
    fs::resize_file(copy / log, size - cut);
    CAPTURE(cut);
    const auto groups = groups_of(*open_store(copy));
    REQUIRE(groups.size() == image.groups().size() - 1);
    REQUIRE(std::equal(groups.begin(), groups.end(), image.groups().begin()));
  }
}

TEST_CASE("a log that lost more than its last record is refused if rows reflect more",
          "[corruption]") {
  const crash_image image;
  const auto copy = image.copy();
  const auto log = last_log(copy / "journal");
  fs::resize_file(log, fs::file_size(log) - 200);
  expect_corrupt(copy, "rows reflect");
}

TEST_CASE("a torn end is dropped: new groups take its place", "[corruption]") {
  const crash_image image;
  const auto copy = image.copy();
  const auto log = last_log(copy / "journal");
  fs::resize_file(log, fs::file_size(log) - 1);
  const auto last = image.groups().back();
  {
    auto store = open_store(copy);
    CHECK(store->last_position().value == last.first - 1);
    REQUIRE(store->commit({last.first}, {last.first}, "in its place"));
  }
  CHECK(groups_of(*open_store(copy)).back().bytes == "in its place");
}

TEST_CASE("a journal without its logs is corrupt, not empty", "[corruption]") {
  const crash_image image;
  const auto copy = image.copy();
  fs::remove(last_log(copy / "journal"));
  expect_corrupt(copy, "journal");
}

TEST_CASE("a store without its FORMAT or an instance's CURRENT is corrupt, not new",
          "[corruption]") {
  const std::string file = GENERATE("FORMAT", "journal/CURRENT", "rows/CURRENT");
  const crash_image image;
  const auto copy = image.copy();
  fs::remove(copy / file);
  expect_corrupt(copy, fs::path(file).filename().string());
}

TEST_CASE("a damaged FORMAT is distinguished from that of another version", "[corruption]") {
  const crash_image image;
  const auto copy = image.copy();
  auto text = format_text(format_version);
  text[text.find(std::to_string(format_version))] = '7';
  write_all(copy / "FORMAT", text);
  expect_corrupt(copy, "FORMAT");
}

TEST_CASE("a journal that is older than the rows is corrupt", "[corruption]") {
  const test_folder folder;
  {
    auto store = open_store(folder / "store");
    REQUIRE(store->commit({1}, {1}, "first"));
  }
  fs::copy(folder / "store" / "journal", folder / "older", fs::copy_options::recursive);
  {
    auto store = open_store(folder / "store");
    REQUIRE(store->commit({2}, {2}, "second"));
    REQUIRE(store->flush_rows());
  }
  fs::remove_all(folder / "store" / "journal");
  fs::rename(folder / "older", folder / "store" / "journal");
  expect_corrupt(folder / "store", "rows reflect 2");
}

TEST_CASE("a journal that begins after its cut is corrupt", "[corruption]") {
  const test_folder folder;
  {
    auto store = open_store(folder / "store");
    for (std::uint64_t at = 1; at <= 4; ++at)
      REQUIRE(store->commit({at}, {at}, "group"));
    REQUIRE(store->cut_journal({1}));
  }
  fs::copy(folder / "store" / "rows", folder / "older", fs::copy_options::recursive);
  {
    auto store = open_store(folder / "store");
    REQUIRE(store->cut_journal({3}));
  }
  fs::remove_all(folder / "store" / "rows");
  fs::rename(folder / "older", folder / "store" / "rows");
  expect_corrupt(folder / "store", "was truncated at 1");
}
