#include "tests/support/files.hpp"

#include <fstream>
#include <iterator>

namespace rota::tests {

std::string read_whole(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  try {
    return {std::istreambuf_iterator<char>{in}, {}};
  } catch (const std::ios_base::failure&) { // of /proc: a process that ended while it was read
    return {};
  }
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

} // namespace rota::tests
