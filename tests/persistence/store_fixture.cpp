#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <system_error>

namespace rota::persistence::testing {

test_folder::test_folder() {
  const std::filesystem::path memory = "/dev/shm";
  const bool writable = ::access(memory.c_str(), W_OK) == 0;
  auto pattern =
      ((writable ? memory : std::filesystem::temp_directory_path()) / "rota-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("cannot make " + pattern);
  path_ = pattern;
}

test_folder::~test_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::unique_ptr<store> open_store(const std::filesystem::path& folder,
                                  const store_options& options) {
  auto opened = store::open(folder, options);
  if (opened.has_error())
    FAIL(opened.error().message);
  return std::move(*opened);
}

store_error open_error(const std::filesystem::path& folder, const store_options& options) {
  auto opened = store::open(folder, options);
  if (opened.has_value())
    FAIL("the store was opened");
  return opened.error();
}

std::vector<kept_group> groups_of(const store& store, std::uint64_t after) {
  std::vector<kept_group> groups;
  auto scanned = store.scan_journal({after}, [&](const journal_group& group) {
    groups.push_back({group.first.value, group.last.value, std::string(group.bytes)});
    return true;
  });
  if (scanned.has_error())
    FAIL(scanned.error().message);
  return groups;
}

kept_rows rows_of(const store& store, const row_range& range) {
  kept_rows rows;
  auto scanned = store.scan_rows(range, [&](std::string_view key, std::string_view value) {
    rows.emplace_back(key, value);
    return true;
  });
  if (scanned.has_error())
    FAIL(scanned.error().message);
  return rows;
}

namespace {

/// Returns nothing if a file was removed meanwhile: RocksDB deletes obsolete files on its own
/// thread.
std::optional<std::uint64_t> count_bytes(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code gone;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file(gone))
      bytes += entry.file_size(gone);
    if (gone)
      return std::nullopt;
  }
  return bytes;
}

} // namespace

std::uint64_t folder_bytes(const std::filesystem::path& folder) {
  auto bytes = count_bytes(folder);
  while (!bytes)
    bytes = count_bytes(folder);
  return *bytes;
}

void write_all(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

} // namespace rota::persistence::testing
