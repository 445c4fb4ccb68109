// Where a Slurm executor keeps its files, and its settings.
#pragma once
#include "executors/ended_names.hpp"
#include "executors/executor.hpp"
#include "executors/slurm/run_folder.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace rota::executors::slurm {

struct settings {
  std::string conf;                      ///< The path for SLURM_CONF; empty: the environment's.
  std::vector<std::string> sbatch_words; ///< Further words for sbatch.
  std::chrono::milliseconds beat{5000};
};
[[nodiscard]] settings read_settings(const std::string& json);

/// The folder of an executor: "runs" has the attempts, "ended" those that were removed, "new" those
/// that are being made. Thread-safe.
class run_folders {
public:
  /// Makes what isn't there.
  explicit run_folders(std::string path);

  [[nodiscard]] run_folder at(const std::string& name) const;
  [[nodiscard]] run_folder ended(const std::string& name) const;
  /// Where the attempt's files are now, or would be.
  [[nodiscard]] run_folder find(const std::string& name) const;

  /// The names of all that weren't removed.
  [[nodiscard]] backend_result<std::vector<std::string>> names() const;

  /// Moves an attempt's folder to the ended ones, of which the oldest is deleted when there are too
  /// many.
  [[nodiscard]] backend_result<void> remove(const std::string& name);

private:
  const std::string path_;
  ended_names ended_names_;
};

} // namespace rota::executors::slurm
