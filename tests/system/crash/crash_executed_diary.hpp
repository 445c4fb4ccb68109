// What executed commands write down about themselves.
#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace rota::tests {

/// Commands append "+ attempt job" as their first act and "- attempt job" as their last.
class run_diary {
public:
  /// `seen_as` is the file's path where the commands run; empty: the same.
  explicit run_diary(std::filesystem::path file, std::string seen_as = {});

  /// The words of a command, as JSON, which does `act`, a text for the shell, between its lines.
  [[nodiscard]] std::string command(const std::string& act) const;

  struct figures {
    std::map<std::string, int> begun;          ///< How often, by attempt.
    std::map<std::string, std::string> job_of; ///< By attempt.
    std::map<std::string, int> jobs_begun;     ///< By job.
    std::map<std::string, int> jobs_ended;     ///< By job.
    std::set<std::string> ended;               ///< Attempts.
    int most_at_a_time = 0;
  };
  [[nodiscard]] figures read() const;

private:
  std::filesystem::path file_;
  std::string seen_as_;
};

} // namespace rota::tests
