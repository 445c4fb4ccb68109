#include "tests/system/support/child_program.hpp"

#include "system/files.hpp"

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace rota::tests {
namespace {

std::string path_of(const char* variable, const char* built) {
  const char* given = std::getenv(variable);
  return given != nullptr && *given != '\0' ? given : built;
}

system::descriptor open_output(const std::filesystem::path& file) {
  return system::open_file(file.string(), O_WRONLY | O_CREAT | O_APPEND, 0600);
}

} // namespace

std::string rotad_path() { return path_of("ROTAD", ROTA_ROTAD_BINARY); }
std::string rota_path() { return path_of("ROTA", ROTA_ROTA_BINARY); }
std::string rota_sim_path() { return path_of("ROTA_SIM", ROTA_SIM_BINARY); }

child_program::child_program(const std::vector<std::string>& command,
                             const std::filesystem::path& out, const std::filesystem::path& err) {
  start(command, out, err);
}

child_program::child_program(const std::vector<std::string>& command) {
  folder_.emplace();
  start(command, folder_->path() / "out", folder_->path() / "err");
}

void child_program::start(const std::vector<std::string>& command, const std::filesystem::path& out,
                          const std::filesystem::path& err) {
  const auto nothing = system::open_file("/dev/null", O_RDONLY);
  const auto out_file = open_output(out);
  const auto err_file = open_output(err);
  system::program what;
  what.words = command;
  what.in = nothing.get();
  what.out = out_file.get();
  what.err = err_file.get();
  what.death_signal = SIGKILL;
  auto started = system::spawn(std::move(what));
  if (!started)
    throw std::runtime_error(started.error().text());
  process_ = std::move(*started);
}

bool child_program::is_running() { return !wait(std::chrono::milliseconds{0}); }

std::optional<int> child_program::wait(std::chrono::milliseconds timeout) {
  if (!status_ && process_.ends_within(timeout))
    status_ = process_.reap().shell_status();
  return status_;
}

ended_program run_to_end(const std::vector<std::string>& command,
                         std::chrono::milliseconds timeout) {
  child_program child{command};
  const auto status = child.wait(timeout).value_or(-1);
  return {status, child.out(), child.err()};
}

} // namespace rota::tests
