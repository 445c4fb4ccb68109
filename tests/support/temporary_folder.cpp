#include "tests/system/support/temporary_folder.hpp"

#include <stdlib.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace rota::tests {

temporary_folder::temporary_folder() {
  std::string name = std::filesystem::temp_directory_path() / "rota-system-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "mkdtemp " + name);
  path_ = name;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path temporary_folder::write(const std::string& name,
                                              std::string_view content) const {
  const auto file = path_ / name;
  std::ofstream out{file, std::ios::binary};
  out << content;
  return file;
}

std::string read_whole(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace rota::tests
