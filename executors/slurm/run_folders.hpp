// The folders of a Slurm executor.
#pragma once
#include "executors/executor.hpp"
#include "executors/retained_attempts.hpp"
#include "executors/slurm/run_folder.hpp"

#include <string>
#include <vector>

namespace rota::executors::slurm {

/// The folder of an executor: "runs" has the attempts, "ended" the removed ones, "new" those being
/// created. Thread-safe.
class run_folders {
public:
  /// Creates what is missing.
  explicit run_folders(std::string path);

  [[nodiscard]] run_folder at(const std::string& name) const;
  [[nodiscard]] run_folder ended(const std::string& name) const;
  /// Returns where the attempt's files are now, or would be.
  [[nodiscard]] run_folder find(const std::string& name) const;

  /// Returns the names of all attempts that were not removed.
  [[nodiscard]] backend_result<std::vector<std::string>> names() const;

  /// Moves an attempt's folder to the ended ones, and deletes the oldest of too many.
  [[nodiscard]] backend_result<void> remove(const std::string& name);

private:
  const std::string path_;
  retained_attempts retained_;
};

} // namespace rota::executors::slurm
