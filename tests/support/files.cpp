#include "tests/support/files.hpp"

#include "system/files.hpp"

#include <sstream>

namespace rota::tests {

std::string read_whole(const std::filesystem::path& file) {
  return value_or(system::read_file(file.string()), {});
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::istringstream in{read_whole(file)};
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

} // namespace rota::tests
