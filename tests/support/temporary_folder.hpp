// A folder that is removed at the end of the test.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace rota::tests {

class temporary_folder {
public:
  /// The path contains `whose`. Throws if the folder cannot be created.
  explicit temporary_folder(const std::string& whose = "system");
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file into the folder and returns its path.
  std::filesystem::path write(const std::string& name, std::string_view content) const;

private:
  std::filesystem::path path_;
};

} // namespace rota::tests
