// Reading files.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace rota::tests {

/// The whole content; empty if the file cannot be read.
std::string read_whole(const std::filesystem::path& file);
/// The lines; none if the file does not exist.
std::vector<std::string> lines_of(const std::filesystem::path& file);

} // namespace rota::tests
