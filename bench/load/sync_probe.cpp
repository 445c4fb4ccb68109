#include "bench/load/sync_probe.hpp"

#include "bench/common/system_failure.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace rota::bench {

sync_probe::sync_probe(const std::filesystem::path& file)
    : file_(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
  if (file_ < 0) {
    throw system_failure("can't write " + file.string());
  }
}

sync_probe::~sync_probe() { close(file_); }

double sync_probe::measure() {
  static constexpr std::array<char, 4096> block{};
  const auto begin = std::chrono::steady_clock::now();
  if (write(file_, block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
      fdatasync(file_) != 0) {
    throw system_failure("can't sync");
  }
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

} // namespace rota::bench
