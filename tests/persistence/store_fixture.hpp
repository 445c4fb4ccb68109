#pragma once

#include "persistence/store/store.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::persistence::testing {

/// A new empty folder, removed at the end. In memory where the machine has a place for that.
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

/// The store in the folder; the test fails if it can't be opened.
std::unique_ptr<store> open_store(const std::filesystem::path& folder,
                                  const store_options& options = {});

/// Why the store in the folder can't be opened; the test fails if it can.
store_error open_error(const std::filesystem::path& folder, const store_options& options = {});

/// A group as a test keeps it.
struct kept_group {
  std::uint64_t first;
  std::uint64_t last;
  std::string bytes;

  bool operator==(const kept_group&) const = default;
};

/// All groups behind `after`; the test fails if they can't be read.
std::vector<kept_group> groups_of(const store& store, std::uint64_t after = 0);

using kept_rows = std::vector<std::pair<std::string, std::string>>;

/// The rows of the range; the test fails if they can't be read.
kept_rows rows_of(const store& store, const row_range& range);

/// Bytes of all files in the folder and below.
std::uint64_t folder_bytes(const std::filesystem::path& folder);

std::string read_all(const std::filesystem::path& file);
void write_all(const std::filesystem::path& file, std::string_view bytes);

} // namespace rota::persistence::testing
