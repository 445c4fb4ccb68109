#include "bench/peers/footprint.hpp"

#include <sys/stat.h>

#include <fstream>
#include <string>

namespace rota::bench {

std::uint64_t memory_of(const std::vector<int>& processes) {
  std::uint64_t bytes = 0;
  for (const int pid : processes) {
    // A share of what several hold, so that the sum is what they hold together. A process may have
    // ended by now; then it holds nothing.
    std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
    for (std::string word; file >> word;) {
      if (word == "Pss:") {
        std::uint64_t kilobytes = 0;
        file >> kilobytes;
        bytes += kilobytes * 1024;
        break;
      }
    }
  }
  return bytes;
}

std::uint64_t disk_of(const std::filesystem::path& folder) {
  constexpr std::uint64_t block = 512;
  std::uint64_t bytes = 0;
  std::error_code gone; // A server may remove a file meanwhile.
  std::filesystem::recursive_directory_iterator entries(folder, gone);
  for (; entries != std::filesystem::recursive_directory_iterator(); entries.increment(gone)) {
    struct stat about {};
    if (stat(entries->path().c_str(), &about) == 0 && S_ISREG(about.st_mode)) {
      bytes += static_cast<std::uint64_t>(about.st_blocks) * block;
    }
  }
  return bytes;
}

} // namespace rota::bench
