#pragma once

#include <filesystem>

namespace rota::bench {

/// What the disk itself takes: appends 4 kB to a file and syncs it, with nothing around.
class sync_probe {
public:
  explicit sync_probe(const std::filesystem::path& file);
  ~sync_probe();
  sync_probe(const sync_probe&) = delete;
  sync_probe& operator=(const sync_probe&) = delete;

  /// Milliseconds of one write and fdatasync.
  [[nodiscard]] double measure();

private:
  int file_;
};

} // namespace rota::bench
