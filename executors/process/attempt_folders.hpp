// The run folders of one executor, and what they show.
#pragma once
#include "executors/executor.hpp"
#include "executors/retained_attempts.hpp"
#include "system/files.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rota::executors {

/// An attempt's state, as far as its run folder shows it.
struct attempt_facts {
  bool is_locked = false; ///< A shim holds its lock, or a start or a fence is in progress.
  bool is_started = false;
  bool is_ended = false;
  bool is_fenced = false;
};
[[nodiscard]] attempt_facts facts_of(const system::descriptor& folder);

/// Returns how the attempt ended, with its output; nothing if its shim recorded no result.
[[nodiscard]] std::optional<attempt_result> read_result_of(const system::descriptor& folder);

/// Thread-safe.
class attempt_folders {
public:
  /// Creates what is missing below `path`.
  explicit attempt_folders(const std::string& path);

  /// Empty if the folders can be used.
  [[nodiscard]] const std::string& error() const { return error_; }
  /// Returns an absolute path without symbolic links.
  [[nodiscard]] std::string path_of_live(const std::string& name) const;
  [[nodiscard]] std::string marks_path() const { return path_ + "/marks"; }

  /// These return a descriptor that is not open if there is no such folder.
  [[nodiscard]] system::descriptor live(const std::string& name) const;
  [[nodiscard]] system::descriptor ended(const std::string& name) const;
  [[nodiscard]] system::descriptor any(const std::string& name) const;

  /// Returns the run folder of the name, created if necessary. Not open, with errno set, if that
  /// fails (ENOENT: it was removed concurrently).
  [[nodiscard]] system::descriptor claim(const std::string& name) const;
  /// Returns whether the open folder is still the live one of that name.
  [[nodiscard]] bool is_live(const system::descriptor& folder, const std::string& name) const;
  /// Frees the name of an attempt that never ran and never can.
  void drop(const std::string& name) const;
  /// Moves the folder to the ended ones, and deletes the oldest of too many. Returns 0 or errno.
  [[nodiscard]] int retire(const std::string& name);

  [[nodiscard]] backend_result<std::vector<std::string>> live_names() const;

private:
  void make(const std::string& path);

  std::string path_;
  std::string error_;
  system::descriptor live_;
  system::descriptor ended_;
  retained_attempts retained_;
};

} // namespace rota::executors
