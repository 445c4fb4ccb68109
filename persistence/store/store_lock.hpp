#pragma once

#include "persistence/store/store_error.hpp"

#include <filesystem>
#include <memory>

namespace rota::persistence {

/// The right to a folder, for one process and once in it; given back at the end of its life, also
/// when the process is killed.
class store_lock {
public:
  /// Errors: locked, io, no_space.
  [[nodiscard]] static store_result<std::unique_ptr<store_lock>>
  take(const std::filesystem::path& folder);

  ~store_lock();
  store_lock(const store_lock&) = delete;
  store_lock& operator=(const store_lock&) = delete;

private:
  explicit store_lock(int file) : file_(file) {}

  int file_;
};

} // namespace rota::persistence
