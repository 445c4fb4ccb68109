#pragma once

#include "persistence/store/store_error.hpp"
#include "system/descriptor.hpp"

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

private:
  explicit store_lock(system::descriptor file) : file_(std::move(file)) {}

  system::descriptor file_;
};

} // namespace rota::persistence
