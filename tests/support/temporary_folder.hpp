// A folder that is gone at the end of the test.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace rota::tests {

class temporary_folder {
public:
  /// Throws when there is no room for it.
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file into it and returns where it is.
  std::filesystem::path write(const std::string& name, std::string_view content) const;

private:
  std::filesystem::path path_;
};

/// The whole content of a file; empty when it can't be read.
std::string read_whole(const std::filesystem::path& file);

} // namespace rota::tests
