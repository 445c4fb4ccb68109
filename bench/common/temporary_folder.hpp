#pragma once

#include <filesystem>
#include <string>

namespace rota::bench {

/// A folder that is removed with all that is in it.
class temporary_folder {
public:
  /// Makes a folder with a fresh name below `parent`.
  explicit temporary_folder(const std::filesystem::path& parent);
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Whether it lies in memory, where a sync costs nothing and measures nothing.
  [[nodiscard]] bool in_memory() const;

private:
  std::filesystem::path path_;
};

} // namespace rota::bench
