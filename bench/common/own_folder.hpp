#pragma once

#include <filesystem>

namespace rota::bench {

/// The folder of this program, where its neighbours lie after a build.
inline std::filesystem::path own_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

} // namespace rota::bench
