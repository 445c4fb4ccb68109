// A file in which executed commands record their runs.
#pragma once
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace rota::tests {

/// Commands append "+ attempt job" when they start and "- attempt job" when they end.
class run_log {
public:
  /// `seen_as` is the file's path inside the backend; empty if it is the same.
  explicit run_log(std::filesystem::path file, std::string seen_as = {});

  /// A command, as a JSON array of words, that runs `act`, a shell text, between its two lines.
  [[nodiscard]] std::string command(const std::string& act) const;

  struct figures {
    std::map<std::string, int> begun;          ///< Number of starts, by attempt.
    std::map<std::string, std::string> job_of; ///< By attempt.
    std::map<std::string, int> jobs_begun;     ///< By job.
    std::map<std::string, int> jobs_ended;     ///< By job.
    std::set<std::string> ended;               ///< Attempts that ended.
    int peak_running = 0;
  };
  [[nodiscard]] figures read() const;

private:
  std::filesystem::path file_;
  std::string seen_as_;
};

} // namespace rota::tests
