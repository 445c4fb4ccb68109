#include "tests/system/crash/crash_executed_run_log.hpp"

#include "tests/system/support/json.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

namespace rota::tests {

run_log::run_log(std::filesystem::path file, std::string seen_as)
    : file_(std::move(file)), seen_as_(seen_as.empty() ? file_.string() : std::move(seen_as)) {}

std::string run_log::command(const std::string& act) const {
  const auto append = [this](const char* sign) {
    return "echo \"" + std::string{sign} + " $ROTA_ATTEMPT $ROTA_JOB\" >>" + seen_as_;
  };
  return R"(["/bin/sh","-c",)" + json_string(append("+") + "; " + act + "; " + append("-")) + "]";
}

run_log::figures run_log::read() const {
  figures found;
  std::ifstream in{file_};
  std::string sign, attempt, job;
  int now = 0;
  while (in >> sign >> attempt >> job) {
    if (sign == "+") {
      found.peak_running = std::max(found.peak_running, ++now);
      ++found.begun[attempt];
      ++found.jobs_begun[job];
      found.job_of[attempt] = job;
    } else {
      --now;
      ++found.jobs_ended[job];
      found.ended.insert(attempt);
    }
  }
  return found;
}

} // namespace rota::tests
