#pragma once

#include "persistence/store/store_error.hpp"
#include "system/descriptor.hpp"

#include <filesystem>
#include <memory>

namespace rota::persistence {

/// Exclusive ownership of a folder, between processes and within one. Released by the destructor,
/// or by the system when the process ends.
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
