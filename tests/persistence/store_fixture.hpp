#pragma once

#include "persistence/store/store.hpp"
#include "tests/support/files.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::persistence::testing {

using tests::read_whole;

/// A new empty folder, removed at the end; in memory where the machine supports that.
class test_folder {
public:
  test_folder();
  ~test_folder();
  test_folder(const test_folder&) = delete;
  test_folder& operator=(const test_folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }

private:
  std::filesystem::path path_;
};

/// Opens the store in the folder; the test fails if it cannot be opened.
std::unique_ptr<store> open_store(const std::filesystem::path& folder,
                                  const store_options& options = {});

/// Returns why the store in the folder cannot be opened; the test fails if it can.
store_error open_error(const std::filesystem::path& folder, const store_options& options = {});

/// A copy of a group.
struct kept_group {
  std::uint64_t first;
  std::uint64_t last;
  std::string bytes;

  bool operator==(const kept_group&) const = default;
};

/// Returns all groups after `after`; the test fails if they cannot be read.
std::vector<kept_group> groups_of(const store& store, std::uint64_t after = 0);

using kept_rows = std::vector<std::pair<std::string, std::string>>;

/// Returns the rows of the range; the test fails if they cannot be read.
kept_rows rows_of(const store& store, const row_range& range);

/// Total size of the files in the folder and its subfolders.
std::uint64_t folder_bytes(const std::filesystem::path& folder);

void write_all(const std::filesystem::path& file, std::string_view bytes);

} // namespace rota::persistence::testing
