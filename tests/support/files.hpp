// What stands in files.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace rota::tests {

/// The whole content; empty when it can't be read.
std::string read_whole(const std::filesystem::path& file);
/// The lines; none when there is no file.
std::vector<std::string> lines_of(const std::filesystem::path& file);

} // namespace rota::tests
