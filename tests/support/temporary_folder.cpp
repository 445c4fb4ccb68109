#include "tests/support/temporary_folder.hpp"

#include <stdlib.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace rota::tests {

temporary_folder::temporary_folder(const std::string& whose) {
  std::string name = std::filesystem::temp_directory_path() / ("rota-" + whose + "-XXXXXX");
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

} // namespace rota::tests
