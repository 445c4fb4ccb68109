// The run folders of one executor.
#pragma once
#include "executors/ended_names.hpp"
#include "executors/executor.hpp"
#include "system/files.hpp"

#include <string>
#include <vector>

namespace rota::executors {

/// What is known of an attempt, from its run folder.
struct attempt_facts {
  bool is_kept = false; ///< A shim has it, or a start or a fence is under way.
  bool is_started = false;
  bool is_ended = false;
  bool is_fenced = false;
};
[[nodiscard]] attempt_facts facts_of(const system::descriptor& folder);

/// Thread-safe.
class attempt_folders {
public:
  /// Makes what is missing below `path`.
  explicit attempt_folders(const std::string& path);

  /// Empty when all is well.
  [[nodiscard]] const std::string& error() const { return error_; }
  /// Absolute, without symbolic links.
  [[nodiscard]] std::string path_of_live(const std::string& name) const;
  [[nodiscard]] std::string marks_path() const { return path_ + "/marks"; }

  /// Not open when there is none.
  [[nodiscard]] system::descriptor live(const std::string& name) const;
  [[nodiscard]] system::descriptor ended(const std::string& name) const;
  [[nodiscard]] system::descriptor any(const std::string& name) const;

  /// The run folder of the name, made if there was none; not open, with errno set, when it can't be
  /// made (ENOENT: it was removed meanwhile).
  [[nodiscard]] system::descriptor claim(const std::string& name) const;
  /// Whether the open folder still is the live one of that name.
  [[nodiscard]] bool is_live(const system::descriptor& folder, const std::string& name) const;
  /// The name becomes free again: for an attempt that never ran and never can.
  void drop(const std::string& name) const;
  /// Among the ended ones; the oldest of too many goes. errno when it can't be.
  [[nodiscard]] int retire(const std::string& name);

  [[nodiscard]] backend_result<std::vector<std::string>> live_names() const;

private:
  void make(const std::string& path);

  std::string path_;
  std::string error_;
  system::descriptor live_;
  system::descriptor ended_;
  ended_names ended_names_;
};

} // namespace rota::executors
